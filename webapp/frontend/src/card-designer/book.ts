// The file behind the cards: read, written, and offered to the designer's panel as the diagram it expects.
import { BpmnModdle } from 'bpmn-moddle';

import { qc } from '../process-designer/moddle.ts';
import { list, type Element, type Moddle } from '../process-designer/model.ts';
import { sheet, type Sheet } from './cards.ts';
import { Edits } from './edits.ts';

interface Unresolved {
  element?: Moddle;
  property?: string;
  value?: string;
}
interface Library {
  fromXML: (xml: string) => Promise<{ rootElement: Moddle; warnings: Unresolved[]; elementsById: { [id: string]: Moddle } }>;
  toXML: (root: Moddle, options: { format: boolean }) => Promise<{ xml: string }>;
  create: (type: string, words?: { [word: string]: unknown }) => Moddle;
  createAny: (type: string, uri: string, words: object) => Moddle;
}

export class Book {
  private readonly library = new BpmnModdle({ qc }) as unknown as Library;
  private taken = new Set<string>();
  definitions!: Moddle;

  async read(xml: string): Promise<void> {
    const { rootElement, warnings, elementsById } = await this.library.fromXML(xml);
    this.definitions = rootElement;
    this.taken = new Set(Object.keys(elementsById));
    // References to things the file does not hold (data by its name) are kept; the library would drop them.
    for (const { element, property, value } of warnings) {
      const word = property?.replace(/^bpmn:/, '');
      if (element && word && value && element[word] === undefined) element[word] = this.create('bpmn:DataObject', element, { id: value });
    }
  }
  async write(): Promise<string> {
    return (await this.library.toXML(this.definitions, { format: true })).xml;
  }

  /** Read the cards; throws Unshown. */
  sheet(): Sheet {
    return sheet(this.definitions);
  }
  edits(): Edits {
    return new Edits(this.definitions, this.create, this.id);
  }

  readonly create = (type: string, parent: Moddle, words: { [word: string]: unknown } = {}): Moddle => {
    const made = this.library.create(type, words);
    made.$parent = parent;
    return made;
  };
  /** Make an id that nothing has, the same for the same file: an edit done twice gives the same file. */
  readonly id = (prefix: string): string => {
    let number = 1;
    while (this.taken.has(`${prefix}${number}`)) number += 1;
    this.taken.add(`${prefix}${number}`);
    return `${prefix}${number}`;
  };

  element(id: string): Element | undefined {
    const own = this.find(id, list(this.definitions, 'rootElements'));
    return own && { id, type: own.$type, businessObject: own };
  }
  private find(id: string, all: Moddle[]): Moddle | undefined {
    for (const each of all) {
      if (each.id === id) return each;
      const inside = this.find(id, list(each, 'flowElements'));
      if (inside) return inside;
    }
    return undefined;
  }

  /** The services of a modeler that the panel uses, on this file; `changed` is called after each change. */
  services(changed: () => void): { get: <T>(name: string) => T; getDefinitions: () => Moddle } {
    const apply = (holder: Moddle, words: { [word: string]: unknown }): void => {
      for (const [word, value] of Object.entries(words)) {
        if (value === undefined) delete holder[word];
        else holder[word] = value;
      }
      changed();
    };
    const process = (): Moddle => list(this.definitions, 'rootElements').find((each) => each.$type === 'bpmn:Process') as Moddle;
    const services: { [name: string]: unknown } = {
      modeling: {
        updateProperties: (element: Element, words: { [word: string]: unknown }) => apply(element.businessObject, words),
        updateModdleProperties: (_element: Element, holder: Moddle, words: { [word: string]: unknown }) => apply(holder, words),
      },
      bpmnFactory: { create: (type: string, words?: { [word: string]: unknown }) => this.library.create(type, words) },
      moddle: this.library,
      canvas: { getRootElement: () => ({ id: process().id, type: 'bpmn:Process', businessObject: process() }) },
      elementRegistry: { get: (id: string) => this.element(id) },
    };
    return { get: <T>(name: string) => services[name] as T, getDefinitions: () => this.definitions };
  }
}
