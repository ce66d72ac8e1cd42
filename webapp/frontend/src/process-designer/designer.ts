// The process designer: bpmn-js draws, our panel says what a step means here, the server checks after every change.
import './designer.css';

import { byId, el, icon, learn, say } from '../designing/dom.ts';
import { firstInput, goRound } from '../designing/regions.ts';
import { keepSaved } from '../designing/saving.ts';
import { tabs } from '../designing/tabs.ts';
import { afterQuiet, get, post } from '../designing/talk.ts';
import { Surface } from './canvas.ts';
import { Drawing } from './drawing.ts';
import { elementKeys, keys } from './keys.ts';
import { lint, type Finding } from './lint.ts';
import { menus } from './menus.ts';
import type { Element } from './model.ts';
import { Offers, type Offer } from './offers.ts';
import { outline } from './outline.ts';
import { palette } from './palette.ts';
import { panel, type Named } from './panel.ts';
import { Texts } from './texts.ts';

interface Given {
  key: string;
  xml: string;
  revision: number;
  language: 'zh' | 'en';
  words: { [key: string]: string };
  offers: Offer[];
  named: Named;
  functions: string[];
  save: string;
  check: string;
  text: string;
  fields: string;
  fresh: string;
  rule: string;
  newForm: string;
}

const given = JSON.parse(byId('design').textContent ?? '{}') as Given;
learn(given.words);

const surface = new Surface(given.language);
const { diagram } = surface;
const { modeler } = diagram;
const offers = new Offers(given.offers);
const drawing = new Drawing(diagram);
const menu = menus(diagram, offers, drawing);
const pressed = elementKeys(diagram, drawing, menu);
const elements = outline({ diagram, offers, select: (element) => drawing.select(element), key: pressed });
const texts = new Texts(diagram, given);
const show = panel({ diagram, named: given.named, offers, drawing, texts, newForm: given.newForm });
const tell = lint(diagram, offers, (element) => drawing.select(element));
const stack = modeler.get<{ canUndo: () => boolean; canRedo: () => boolean; undo: () => void; redo: () => void }>('commandStack');

const changed = keepSaved({
  url: given.save,
  revision: given.revision,
  body: async () => ({ xml: await surface.written(), title: title() }),
  file: async () => ({ name: `${given.key}.bpmn`, type: 'application/xml', text: await surface.written() }),
});
const checking = afterQuiet(500, async () => {
  const { status, answer } = await post<{ findings: Finding[] }>(given.check, { xml: await surface.written() });
  if (status === 200) tell(answer.findings);
});
const listing = afterQuiet(120, async () => {
  elements.renew();
  await texts.renew();
});

function title(): string {
  return diagram.process(diagram.root)?.name || given.key;
}

function chosen(): Element | undefined {
  return drawing.selected()[0];
}

function renew(): void {
  const busy = byId('props').contains(document.activeElement) && document.activeElement?.matches('input, textarea');
  if (!busy) show(chosen());
}

async function open(): Promise<void> {
  await surface.open(given.xml);
  await texts.renew();
  show(undefined);
  palette(offers, drawing);
  elements.renew();
  modeler.on('selection.changed', () => {
    show(chosen());
    elements.mark(chosen());
    byId<HTMLButtonElement>('align').disabled = drawing.selected().length < 2;
  });
  modeler.on('commandStack.changed', () => {
    changed();
    byId<HTMLButtonElement>('undo').disabled = !stack.canUndo();
    byId<HTMLButtonElement>('redo').disabled = !stack.canRedo();
    byId('design-title').textContent = title();
    renew();
    listing.wish();
    checking.wish();
  });
  keys(diagram, drawing, pressed);
  await checking.now();
  document.body.dataset['ready'] = '1';
}

byId('undo').addEventListener('click', () => stack.undo());
byId('redo').addEventListener('click', () => stack.redo());
byId('fit').addEventListener('click', () => surface.fit());
byId('find').addEventListener('click', () => modeler.get<{ toggle: () => void }>('searchPad').toggle());
byId('align').addEventListener('click', (event) => menu.align(drawing.selected(), (event.currentTarget as HTMLElement).getBoundingClientRect()));
byId('props').addEventListener('focusout', (event) => {
  if (!byId('props').contains(event.relatedTarget as Node | null)) renew();
});
// A form made meanwhile in another tab can be picked when one comes back.
addEventListener('focus', () => void get<Named>(given.fresh).then((fresh) => Object.assign(given.named, fresh)));
byId('studio').hidden = false;
tabs(byId('side'));
goRound([
  () => byId('side').querySelector<HTMLElement>('[role=tabpanel]:not([hidden]) [role=treeitem][tabindex="0"]') ?? firstInput('pane-parts'),
  () => byId('canvas').querySelector<HTMLElement>('svg[tabindex]'),
  () => firstInput('props'),
]);
open().catch((error: unknown) => {
  byId('lint').replaceChildren(el('li', { class: 't-red' }, icon('exclamation-octagon-fill'), el('span', {}, `${say('cannot-open')} ${error instanceof Error ? error.message : ''}`)));
  document.body.dataset['ready'] = '1';
});
