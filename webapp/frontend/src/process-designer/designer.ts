// The process designer: bpmn-js draws, our panel says what a step means here, the server checks after every change.
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn-embedded.css';
import './designer.css';

import Modeler from 'bpmn-js/lib/Modeler';
import type Canvas from 'diagram-js/lib/core/Canvas';

import { byId, el, icon, learn, say } from '../designing/dom.ts';
import { keepSaved } from '../designing/saving.ts';
import { afterQuiet, post } from '../designing/talk.ts';
import { qc, spiffworkflow } from './moddle.ts';
import { Diagram, list, type Element, type Moddle } from './model.ts';
import { panel, type Named } from './panel.ts';
import { translation } from './translation.ts';

interface Given {
  key: string;
  xml: string;
  revision: number;
  language: 'zh' | 'en';
  words: { [key: string]: string };
  named: Named;
  save: string;
  check: string;
}
interface Finding {
  severity: 'error' | 'remark';
  element_id: string | null;
  line: number | null;
  message: string;
}
interface Unresolved {
  element?: Moddle;
  property?: string;
  value?: string;
}

const given = JSON.parse(byId('design').textContent ?? '{}') as Given;
learn(given.words);

const modeler = new Modeler({
  container: byId('canvas'),
  moddleExtensions: { qc, spiffworkflow },
  additionalModules: [translation(given.language)],
  bpmnRenderer: { defaultFillColor: 'var(--qc-surface)', defaultStrokeColor: 'var(--qc-ink-2)', defaultLabelColor: 'var(--qc-ink)' },
});
const diagram = new Diagram(modeler);
const show = panel(diagram, given.named);
const canvas = modeler.get<Canvas>('canvas');
const stack = modeler.get<{ canUndo: () => boolean; canRedo: () => boolean; undo: () => void; redo: () => void }>('commandStack');
const selection = modeler.get<{ get: () => Element[]; select: (element: Element) => void }>('selection');

const labelled = new Set<Moddle>();

const changed = keepSaved({
  url: given.save,
  revision: given.revision,
  body: async () => ({ xml: await written(), title: title() }),
  file: async () => ({ name: `${given.key}.bpmn`, type: 'application/xml', text: await written() }),
});
const checking = afterQuiet(500, async () => {
  const { status, answer } = await post<{ findings: Finding[] }>(given.check, { xml: await written() });
  if (status === 200) lint(answer.findings);
});

/** The file as it stands, without the empty labels that drawing leaves behind where the file had none. */
async function written(): Promise<string> {
  for (const shape of shapes()) {
    const label = shape['label'] as Moddle | undefined;
    if (label && !label['bounds'] && !labelled.has(shape)) delete shape['label'];
  }
  return (await modeler.saveXML({ format: true })).xml ?? '';
}

function shapes(): Moddle[] {
  return list(diagram.definitions, 'diagrams').flatMap((each) => list(each['plane'] as Moddle, 'planeElement'));
}

function title(): string {
  return diagram.process(diagram.root)?.name || given.key;
}

function lint(findings: Finding[]): void {
  for (const node of document.querySelectorAll('.djs-element.wrong')) node.classList.remove('wrong');
  const lines = findings.slice(0, 60).map((each) => {
    const element = each.element_id === null ? undefined : diagram.element(each.element_id);
    if (element && each.severity === 'error') canvas.addMarker(element.id, 'wrong');
    const go = element ? [' ', el('a', { href: '#', click: (event) => (event.preventDefault(), go2(element)) }, say('go'))] : [];
    const tone = each.severity === 'error' ? ['red', 'exclamation-octagon-fill'] : ['amber', 'info-circle'];
    return el('li', { class: `t-${tone[0]}` }, icon(tone[1] ?? ''), el('span', {}, each.message, ...go));
  });
  if (!findings.some((each) => each.severity === 'error')) lines.unshift(el('li', { class: 't-green' }, icon('check-circle-fill'), el('span', {}, say('can-publish'))));
  byId('lint').replaceChildren(...lines);
  document.body.dataset['checked'] = String(Number(document.body.dataset['checked'] ?? 0) + 1);
}

function go2(element: Element): void {
  selection.select(element);
  canvas.scrollToElement(element.id);
}

function renew(): void {
  const busy = byId('props').contains(document.activeElement) && document.activeElement?.matches('input, textarea');
  if (!busy) show(selection.get()[0]);
}

/** Show the whole diagram beside the palette, never larger than life. */
function fit(): void {
  const { inner, outer } = canvas.viewbox();
  const room = matchMedia('(max-width: 47.99rem)').matches ? 20 : 130;
  const scale = Math.min(1, (outer.width - room - 40) / inner.width, (outer.height - 80) / inner.height);
  canvas.viewbox({ x: inner.x - room / scale, y: inner.y - 40 / scale, width: outer.width / scale, height: outer.height / scale });
}

/** References to things the file does not hold (data by its name) are kept; the library would drop them. */
function keepReferences(warnings: readonly unknown[]): void {
  for (const warning of warnings as Unresolved[]) {
    const { element, property, value } = warning;
    if (!element || !property || !value) continue;
    const word = property.replace(/^bpmn:/, '');
    if (element[word] === undefined) element[word] = diagram.create('bpmn:DataObject', element, { id: value });
  }
}

async function open(): Promise<void> {
  modeler.on('import.render.start', () => {
    for (const shape of shapes()) if (shape['label']) labelled.add(shape);
  });
  const { warnings } = await modeler.importXML(given.xml);
  keepReferences(warnings);
  fit();
  show(undefined);
  modeler.on('selection.changed', () => show(selection.get()[0]));
  modeler.on('commandStack.changed', () => {
    changed();
    byId<HTMLButtonElement>('undo').disabled = !stack.canUndo();
    byId<HTMLButtonElement>('redo').disabled = !stack.canRedo();
    byId('design-title').textContent = title();
    renew();
    checking.wish();
  });
  await checking.now();
  document.body.dataset['ready'] = '1';
}

byId('undo').addEventListener('click', () => stack.undo());
byId('redo').addEventListener('click', () => stack.redo());
byId('fit').addEventListener('click', fit);
byId('props').addEventListener('focusout', (event) => {
  if (!byId('props').contains(event.relatedTarget as Node | null)) renew();
});
byId('studio').hidden = false;
open().catch((error: unknown) => {
  byId('lint').replaceChildren(el('li', { class: 't-red' }, icon('exclamation-octagon-fill'), el('span', {}, `${say('cannot-open')} ${error instanceof Error ? error.message : ''}`)));
  document.body.dataset['ready'] = '1';
});
