// Reading and writing what an element says, each change one step to undo.
import type Modeler from 'bpmn-js/lib/Modeler';

import { isSpiff, spiff, type Foreign } from './foreign.ts';

export interface Moddle {
  $type: string;
  $parent?: Moddle;
  id?: string;
  name?: string;
  // BPMN's own words are many; what is read is checked where it is used.
  [word: string]: unknown;
}
export interface Element {
  id: string;
  type: string;
  businessObject: Moddle;
  labelTarget?: Element;
  parent?: Element;
  children?: Element[];
  host?: Element;
  attachers?: Element[];
  source?: Element;
  target?: Element;
  incoming?: Element[];
  outgoing?: Element[];
}
interface Modeling {
  updateProperties: (element: Element, words: { [word: string]: unknown }) => void;
  updateModdleProperties: (element: Element, holder: Moddle, words: { [word: string]: unknown }) => void;
}
interface Factory {
  create: (type: string, words?: { [word: string]: unknown }) => Moddle;
}

export class Diagram {
  constructor(readonly modeler: Modeler) {}

  private get modeling(): Modeling {
    return this.modeler.get<Modeling>('modeling');
  }
  private get factory(): Factory {
    return this.modeler.get<Factory>('bpmnFactory');
  }
  get root(): Element {
    return this.modeler.get<{ getRootElement: () => Element }>('canvas').getRootElement();
  }
  get definitions(): Moddle {
    return this.modeler.getDefinitions() as unknown as Moddle;
  }
  element(id: string): Element | undefined {
    return this.modeler.get<{ get: (id: string) => Element | undefined }>('elementRegistry').get(id);
  }
  /** The process behind an element: that of its pool, or the only one of the file. */
  process(element: Element): Moddle | undefined {
    const own = element.businessObject;
    if (own.$type === 'bpmn:Process') return own;
    if (own.$type === 'bpmn:Participant') return own['processRef'] as Moddle | undefined;
    return list(this.definitions, 'rootElements').find((each) => each.$type === 'bpmn:Process');
  }

  set(element: Element, words: { [word: string]: unknown }): void {
    this.modeling.updateProperties(element, words);
  }
  setOn(element: Element, holder: Moddle, words: { [word: string]: unknown }): void {
    this.modeling.updateModdleProperties(element, holder, words);
  }
  create(type: string, parent: Moddle, words: { [word: string]: unknown } = {}): Moddle {
    const made = this.factory.create(type, words);
    made.$parent = parent;
    return made;
  }

  extensions(holder: Moddle, type: string): Moddle[] {
    const there = holder['extensionElements'] as Moddle | undefined;
    return there ? list(there, 'values').filter((each) => each.$type === type) : [];
  }
  /** Put these in place of all extension elements of one type; those of other types stay where they are. */
  setExtensions(element: Element, holder: Moddle, type: string, words: { [word: string]: unknown }[]): void {
    this.replace(element, holder, (each) => each.$type === type, (home) => words.map((each) => this.create(type, home, each)));
  }
  private replace(element: Element, holder: Moddle, meant: (each: Moddle) => boolean, make: (home: Moddle) => Moddle[]): void {
    const there = holder['extensionElements'] as Moddle | undefined;
    const kept = there ? list(there, 'values') : [];
    const at = kept.findIndex(meant);
    const rest = kept.filter((each) => !meant(each));
    const place = at < 0 ? rest.length : Math.min(at, rest.length);
    const home = there ?? this.create('bpmn:ExtensionElements', holder, { values: [] });
    const made = make(home);
    for (const each of made) each.$parent = home;
    const values = [...rest.slice(0, place), ...made, ...rest.slice(place)];
    if (there) this.setOn(element, there, { values });
    else if (values.length) {
      home['values'] = values;
      this.setOn(element, holder, { extensionElements: home });
    }
  }

  /** The text of one of SpiffWorkflow's own extension elements. */
  said(holder: Moddle, name: string): string {
    return text(this.foreign(holder, name)?.$body);
  }
  say(element: Element, holder: Moddle, name: string, body: string): void {
    this.setForeign(element, holder, name, body ? { $body: body } : null);
  }
  property(holder: Moddle, name: string): string {
    const own = this.foreign(holder, 'properties')?.$children?.find((each) => each.name === name);
    return text(own?.['value']);
  }
  setProperties(element: Element, holder: Moddle, changed: { [name: string]: string }): void {
    const pairs = new Map((this.foreign(holder, 'properties')?.$children ?? []).map((each) => [text(each.name), text(each['value'])]));
    for (const [name, value] of Object.entries(changed)) {
      if (value) pairs.set(name, value);
      else pairs.delete(name);
    }
    const $children = [...pairs].map(([name, value]) => spiff(this.modeler, 'property', { name, value }));
    this.setForeign(element, holder, 'properties', $children.length ? { $children } : null);
  }

  private foreign(holder: Moddle, name: string): Foreign | undefined {
    const there = holder['extensionElements'] as Moddle | undefined;
    return there ? list(there, 'values').find((each): each is Foreign => isSpiff(each, name)) : undefined;
  }
  private setForeign(element: Element, holder: Moddle, name: string, words: object | null): void {
    const made = words ? [spiff(this.modeler, name, words)] : [];
    for (const each of made) for (const child of each.$children ?? []) child.$parent = each;
    this.replace(element, holder, (each) => isSpiff(each, name), () => made);
  }

  /** Find or make a message, signal, error or escalation of this name at the root of the file. */
  named(type: string, name: string): Moddle {
    const known = list(this.definitions, 'rootElements');
    const there = known.find((each) => each.$type === type && (each.name === name || each['errorCode'] === name));
    if (there) return there;
    const made = this.create(type, this.definitions, type === 'bpmn:Error' ? { name, errorCode: name } : { name });
    known.push(made);
    this.definitions['rootElements'] = known;
    return made;
  }
}

export function list(holder: Moddle, word: string): Moddle[] {
  const found = holder[word];
  return Array.isArray(found) ? (found as Moddle[]) : [];
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined || value === null ? '' : String(value);
}
