// The form designer: one model, drawn by the server after every change, saved a moment later.
import './designer.css';

import { canvas, type Chosen } from './canvas.ts';
import { announce, byId, learn, say } from '../designing/dom.ts';
import type { Obj } from '../designing/json.ts';
import { drawAgain, firstInput, goRound, takeOver } from '../designing/regions.ts';
import { lint } from './lint.ts';
import { Model, type FieldType, type Item, type Part } from './model.ts';
import { palette } from './palette.ts';
import { keepSheets } from './phone.ts';
import { properties, type Register } from './properties.ts';
import { rightsTable } from './rights.ts';
import { rulesPane } from './rules.ts';
import { keepSaved } from '../designing/saving.ts';
import { tabs } from '../designing/tabs.ts';
import { afterQuiet, post } from '../designing/talk.ts';
import type { Alike, Drawn } from './server.ts';
import { pageName, pageNumber } from './sheets.ts';
import { sourcePane } from './source.ts';

interface Given {
  key: string;
  schema: Obj;
  ui: Obj;
  revision: number;
  catalogue: FieldType[];
  registers: Register[];
  fragments: Part[];
  language: 'zh' | 'en';
  words: { [key: string]: string };
  draw: string;
  save: string;
  rule: string;
  fragment: string;
  burden: string;
}

const given = JSON.parse(byId('design').textContent ?? '{}') as Given;
learn(given.words);

let drawn: Drawn = { html: '', items: [], findings: [], rules: [], rights: {}, asked: 0 };
let alike: Alike[] = [];

const model = new Model(given.schema, given.ui, () => {
  buttons();
  drawing.wish();
  changed();
});
const chosen: Chosen = {
  pointer: null,
  select: (pointer, focus) => {
    chosen.pointer = pointer;
    paper.mark();
    panel(pointer);
    if (focus) document.querySelector<HTMLElement>('#paper .on')?.focus();
  },
};
const paper = canvas(model, chosen);
const panel = properties({ model, catalogue: given.catalogue, registers: given.registers, language: given.language, select: (pointer) => chosen.select(pointer), keep, rights: () => drawn.rights });
const closeSheets = keepSheets();
const parts = palette(given.catalogue, given.fragments, given.language, (part, place) => (paper.drop(part, place), closeSheets()), (style) => {
  closeSheets();
  if (model.style === style) return paper.addPage();
  const number = model.style === null && model.items.length ? 1 : 0;
  model.change(() => {
    model.setStyle(style, say('page-title', { number: 1 }));
    if (number) model.addPage(say('page-title', { number: 2 }));
  });
  chosen.select(pageName(number));
});

const drawing = afterQuiet(120, async () => {
  const { status, answer } = await post<Drawn>(given.draw, { schema: model.schema, ui: model.ui });
  if (status !== 200) return announce(say('no-answer'));
  drawn = answer;
  model.items = answer.items;
  paper.show(answer.html);
  renewPanel();
  byId('design-title').textContent = typeof model.schema['title'] === 'string' ? model.schema['title'] : given.key;
  panes();
  lint(model, drawn, alike, (pointer) => chosen.select(pointer, true));
  asking.wish();
  document.body.dataset['ready'] = '1';
});
const asking = afterQuiet(1200, async () => {
  const { status, answer } = await post<{ alike: Alike[] }>(given.burden, { schema: model.schema, ui: model.ui });
  if (status === 200) alike = answer.alike;
  lint(model, drawn, alike, (pointer) => chosen.select(pointer, true));
});
const changed = keepSaved({
  url: given.save,
  revision: given.revision,
  body: () => ({ schema: model.schema, ui: model.ui }),
  file: () => ({ name: `${given.key}.json`, type: 'application/json', text: JSON.stringify({ schema: model.schema, ui: model.ui }, null, 2) }),
});

async function keep(item: Item): Promise<void> {
  const part = model.part(item);
  const { status, answer } = await post<{ fragments: Part[] }>(given.fragment, { title: item.title, key: item.key, schema: part.schema, ui: part.ui });
  if (status === 200) parts.renew(answer.fragments);
  announce(say(status === 200 ? 'was-kept' : 'no-answer', { title: item.title }));
}

/** Show the side panel anew, but never under the hands of who is typing in it: then only its heading. */
function renewPanel(): void {
  const busy = byId('props').contains(document.activeElement);
  const page = pageNumber(chosen.pointer);
  if (busy) byId('props-h').textContent = model.item(chosen.pointer)?.title ?? (page === null ? undefined : model.pages[page]?.title) ?? say('whole-form');
  else panel(chosen.pointer);
}

function panes(): void {
  const open = document.querySelector('[role=tab][aria-selected=true]')?.id;
  if (open === 'tab-rights') drawAgain(byId('pane-rights'), () => rightsTable(model, drawn.rights));
  if (open === 'tab-rules') drawAgain(byId('pane-rules'), () => rulesPane({ model, catalogue: given.catalogue, ruleUrl: given.rule }, drawn.rules));
  if (open === 'tab-source') drawAgain(byId('pane-source'), () => sourcePane(model, drawn.findings));
}

function buttons(): void {
  byId<HTMLButtonElement>('undo').disabled = !model.canUndo;
  byId<HTMLButtonElement>('redo').disabled = !model.canRedo;
}

byId('props').addEventListener('focusout', (event) => {
  if (!byId('props').contains(event.relatedTarget as Node | null)) drawing.wish();
});
byId('undo').addEventListener('click', () => model.undo());
byId('redo').addEventListener('click', () => model.redo());
byId('phone').addEventListener('click', (event) => {
  const on = byId('paper').classList.toggle('narrow');
  (event.currentTarget as HTMLElement).setAttribute('aria-pressed', String(on));
});
document.addEventListener('keydown', (event) => {
  if (!(event.ctrlKey || event.metaKey) || (event.target as Element).matches('input, textarea, select')) return;
  const key = event.key.toLowerCase();
  if (key === 'z') {
    event.preventDefault();
    if (event.shiftKey) model.redo();
    else model.undo();
  } else if (key === 'y') {
    event.preventDefault();
    model.redo();
  }
});
for (const pane of ['pane-rights', 'pane-rules', 'pane-source']) takeOver(byId(pane));
goRound([
  () => byId('find'),
  () => document.querySelector<HTMLElement>('#paper .on') ?? firstInput('pane-layout') ?? document.querySelector<HTMLElement>('[role=tab][aria-selected=true]'),
  () => firstInput('props'),
]);
byId('studio').hidden = false;
tabs(byId('stage'), panes);
buttons();
panel(null);
void drawing.now();
