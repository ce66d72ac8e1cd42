// The drawing surface: bpmn-js with our words, our clipboard and what the engine runs.
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn-embedded.css';
import 'diagram-js-minimap/assets/diagram-js-minimap.css';

import Modeler from 'bpmn-js/lib/Modeler';
import type Canvas from 'diagram-js/lib/core/Canvas';
import minimap from 'diagram-js-minimap';

import { byId } from '../designing/dom.ts';
import { sharedClipboard } from './clipboard.ts';
import { carryForeign } from './foreign.ts';
import { qc } from './moddle.ts';
import { Diagram, list, type Moddle } from './model.ts';
import { translation } from './translation.ts';

interface Unresolved {
  element?: Moddle;
  property?: string;
  value?: string;
}

export class Surface {
  readonly diagram: Diagram;
  private readonly labelled = new Set<Moddle>();

  constructor(language: 'zh' | 'en') {
    const modeler = new Modeler({
      container: byId('canvas'),
      moddleExtensions: { qc },
      // The palette is ours, beside the canvas, in words.
      additionalModules: [translation(language), minimap, { paletteProvider: ['value', null] }, sharedClipboard(() => this.diagram)],
      bpmnRenderer: { defaultFillColor: 'var(--qc-surface)', defaultStrokeColor: 'var(--qc-ink-2)', defaultLabelColor: 'var(--qc-ink)' },
    });
    this.diagram = new Diagram(modeler);
    carryForeign(modeler);
  }

  /** Read a file; what names things it does not hold keeps their names. */
  async open(xml: string): Promise<void> {
    const { modeler } = this.diagram;
    modeler.on('import.render.start', () => {
      for (const shape of this.shapes()) if (shape['label']) this.labelled.add(shape);
    });
    const { warnings } = await modeler.importXML(xml);
    this.keepReferences(warnings);
    this.fit();
  }

  /** The file as it stands, without the empty labels that drawing leaves behind where the file had none. */
  async written(): Promise<string> {
    for (const shape of this.shapes()) {
      const label = shape['label'] as Moddle | undefined;
      if (label && !label['bounds'] && !this.labelled.has(shape)) delete shape['label'];
    }
    return (await this.diagram.modeler.saveXML({ format: true })).xml ?? '';
  }

  /** Show the whole diagram, never larger than life. */
  fit(): void {
    const canvas = this.diagram.modeler.get<Canvas>('canvas');
    const { inner, outer } = canvas.viewbox();
    const room = 40;
    const scale = Math.min(1, (outer.width - 2 * room) / inner.width, (outer.height - 2 * room) / inner.height);
    canvas.viewbox({ x: inner.x - room / scale, y: inner.y - room / scale, width: outer.width / scale, height: outer.height / scale });
  }

  private shapes(): Moddle[] {
    return list(this.diagram.definitions, 'diagrams').flatMap((each) => list(each['plane'] as Moddle, 'planeElement'));
  }

  /** References to things the file does not hold (data by its name) are kept; the library would drop them. */
  private keepReferences(warnings: readonly unknown[]): void {
    for (const warning of warnings as Unresolved[]) {
      const { element, property, value } = warning;
      if (!element || !property || !value) continue;
      const word = property.replace(/^bpmn:/, '');
      if (element[word] === undefined) element[word] = this.diagram.create('bpmn:DataObject', element, { id: value });
    }
  }
}
