// The decision designer: dmn-js edits, the server's engine checks and tries after every change.
import './nonce.ts';
import 'dmn-js/dist/assets/diagram-js.css';
import 'dmn-js/dist/assets/dmn-js-shared.css';
import 'dmn-js/dist/assets/dmn-js-drd.css';
import 'dmn-js/dist/assets/dmn-js-decision-table.css';
import 'dmn-js/dist/assets/dmn-js-decision-table-controls.css';
import 'dmn-js/dist/assets/dmn-js-literal-expression.css';
import 'dmn-js/dist/assets/dmn-js-boxed-expression.css';
import 'dmn-js/dist/assets/dmn-js-boxed-expression-controls.css';
import 'dmn-js/dist/assets/dmn-font/css/dmn-embedded.css';
import './designer.css';

import Modeler, { type View, type Viewer } from 'dmn-js/lib/Modeler';

import { announce, byId, button, el, icon, learn, say } from '../designing/dom.ts';
import { keepSaved } from '../designing/saving.ts';
import { afterQuiet, post } from '../designing/talk.ts';
import { importing } from './importing.ts';
import { Model, list, qc } from './model.ts';
import { translation } from './translation.ts';
import { trials, type Tried } from './trials.ts';
import { open as opened } from './versions.ts';

interface Given {
  key: string;
  xml: string;
  revision: number;
  language: 'zh' | 'en';
  words: { [key: string]: string };
  save: string;
  check: string;
  table: string;
  export: string;
}
interface Finding {
  severity: 'error' | 'remark';
  element_id: string | null;
  table: string | null;
  rule: number | null;
  column: number | null;
  place: string;
  message: string;
}
interface Stack {
  canUndo: () => boolean;
  canRedo: () => boolean;
  undo: () => void;
  redo: () => void;
}

const given = JSON.parse(byId('design').textContent ?? '{}') as Given;
learn(given.words);

const own = { additionalModules: [translation(given.language)] };
const modeler = new Modeler({
  container: byId('canvas'),
  moddleExtensions: { qc },
  common: { expressionLanguages: { options: [{ value: 'feel', label: 'FEEL' }], defaults: { editor: 'feel', inputCell: 'feel', outputCell: 'feel' } }, dataTypes: ['string', 'number', 'boolean', 'date', 'time', 'dateTime', 'dayTimeDuration', 'yearMonthDuration'] },
  drd: { ...own, drdRenderer: { defaultFillColor: 'var(--qc-surface)', defaultStrokeColor: 'var(--qc-ink-2)', defaultLabelColor: 'var(--qc-ink)' } },
  decisionTable: own,
  literalExpression: own,
  boxedExpression: own,
});
const model = new Model(modeler);
const file = opened(given.xml);

const written = async (): Promise<string> => file.close((await modeler.saveXML({ format: true })).xml);
const title = (): string => list(modeler.getDefinitions(), 'drgElement').find((each) => each.id === given.key)?.name || model.decision()?.name || given.key;
const stack = (): Stack | undefined => modeler.getActiveViewer()?.get<Stack>('commandStack');

const saved = keepSaved({
  url: given.save,
  revision: given.revision,
  body: async () => ({ xml: await written(), title: title() }),
  file: async () => ({ name: `${given.key}.dmn`, type: 'application/xml', text: await written() }),
});
const showTrials = trials(model, changed);
const checking = afterQuiet(500, async () => {
  const of = model.decision()?.id ?? given.key;
  const { status, answer } = await post<{ findings: Finding[]; tried: Tried }>(given.check, { xml: await written(), of });
  if (status === 200) {
    lint(answer.findings);
    if ((model.decision()?.id ?? given.key) === of) showTrials(answer.tried);
  }
  document.body.dataset['checked'] = String(Number(document.body.dataset['checked'] ?? 0) + 1);
});

function changed(): void {
  saved();
  checking.wish();
  byId('design-title').textContent = title();
  const now = stack();
  byId<HTMLButtonElement>('undo').disabled = !now?.canUndo();
  byId<HTMLButtonElement>('redo').disabled = !now?.canRedo();
}

function lint(findings: Finding[]): void {
  const lines = findings.slice(0, 60).map((each) => {
    const tone = each.severity === 'error' ? ['red', 'exclamation-octagon-fill'] : ['amber', 'info-circle'];
    const go = each.rule !== null || each.table !== null ? [' ', el('a', { href: '#', click: (event) => (event.preventDefault(), void goTo(each)) }, say('go'))] : [];
    return el('li', { class: `t-${tone[0]}` }, icon(tone[1] ?? ''), el('span', {}, each.place ? el('b', {}, `${each.place}：`) : '', each.message, ...go));
  });
  if (!findings.some((each) => each.severity === 'error')) lines.unshift(el('li', { class: 't-green' }, icon('check-circle-fill'), el('span', {}, say('can-publish'))));
  byId('lint').replaceChildren(...lines);
}

/** Open the table a finding speaks of and put the cursor into its cell. */
async function goTo(found: Finding): Promise<void> {
  const view = model.view((each) => [each.id, each.name, (each.element['decisionLogic'] as { id?: string } | undefined)?.id].includes(found.table ?? ''));
  if (view && view !== modeler.getActiveView()) await modeler.open(view);
  const row = byId('canvas').querySelectorAll('.tjs-table tbody tr')[(found.rule ?? 1) - 1];
  const cell = row?.querySelectorAll<HTMLElement>('td.cell, td[data-element-id]')[found.column ?? 1];
  (cell?.querySelector<HTMLElement>('[contenteditable], .cm-content') ?? cell)?.click();
  cell?.scrollIntoView({ block: 'center', inline: 'center' });
}

function tabs(): void {
  const active = modeler.getActiveView();
  const item = (view: View): HTMLElement => el('a', { href: '#', 'aria-current': view.id === active?.id ? 'page' : null, click: (event) => (event.preventDefault(), void modeler.open(view)) }, view.type === 'drd' ? say('view:drd') : view.name || view.id);
  byId('views').replaceChildren(...modeler.getViews().filter((each) => each.type !== 'drd' || list(modeler.getDefinitions(), 'dmnDI').length || each.element['dmnDI']).map(item));
  byId<HTMLAnchorElement>('export').hidden = !model.table();
  byId<HTMLAnchorElement>('export').href = `${given.export}?of=${encodeURIComponent(model.decision()?.id ?? given.key)}`;
  checking.wish();
}

async function accept({ columns, rules, how }: Parameters<Parameters<typeof importing>[1]>[0]): Promise<string | undefined> {
  const view = modeler.getActiveView();
  const table = model.table();
  if (!view || !table) return say('not-a-table');
  const count = (role: string): number => columns.filter((each) => each.role === role).length;
  if (how === 'add' && (count('input') !== list(table, 'input').length || count('output') !== list(table, 'output').length)) return say('other-columns');
  const before = await written();
  model.fill(columns, rules, how);
  await modeler.open(view);
  changed();
  announce(say(how === 'add' ? 'rules-added' : 'table-used', { rules: rules.length }));
  byId('read-paste').parentElement?.querySelector('.undo-import')?.remove();
  const back = button('arrow-counterclockwise', say('undo-import'), () => void restore(before, view.id).then(() => back.remove()), { class: 'btn btn-plain btn-sm undo-import' });
  byId('read-paste').after(' ', back);
  return undefined;
}

async function restore(xml: string, id: string): Promise<void> {
  await modeler.importXML(opened(xml).xml);
  const view = model.view((each) => each.id === id);
  if (view) await modeler.open(view);
  changed();
}

/** A file with words this editor does not know would lose them: it is shown as findings, not opened. */
function refuse(why: string): void {
  byId('canvas').replaceChildren(el('p', { class: 'banner t-amber m-3' }, icon('exclamation-triangle-fill'), why));
  document.body.dataset['ready'] = '1';
}

async function start(): Promise<void> {
  modeler.on<{ viewer: Viewer }>('viewer.created', ({ viewer }) => viewer.on('commandStack.changed', changed));
  modeler.on('views.changed', tabs);
  const { warnings } = await modeler.importXML(file.xml);
  const lost = warnings.filter((each) => /unparsable|unrecognized|unknown/i.test(each.message)).map((each) => each.message.split('\n')[0] ?? '');
  if (lost.length) {
    byId<HTMLElement>('views').replaceChildren();
    return refuse(`${say('cannot-edit')} ${[...new Set(lost)].slice(0, 5).join('；')}`);
  }
  const first = model.view((each) => each.id === given.key && each.type !== 'drd') ?? model.view((each) => each.type !== 'drd');
  if (first && first !== modeler.getActiveView()) await modeler.open(first);
  await checking.now();
  document.body.dataset['ready'] = '1';
}

// The head above the rules' numbers says nothing; dmn-js draws it anew at will, and readers must not stop at it.
new MutationObserver(() => {
  for (const head of byId('canvas').querySelectorAll('th.index-column:not([role])')) head.setAttribute('role', 'none');
}).observe(byId('canvas'), { childList: true, subtree: true });
for (const term of document.querySelectorAll<HTMLElement>('dt[data-policy]')) term.textContent = `${term.dataset['policy']} ${say(`policy:${term.dataset['policy']}`)}`;
byId('undo').addEventListener('click', () => stack()?.undo());
byId('redo').addEventListener('click', () => stack()?.redo());
importing(given.table, accept);
byId('studio').hidden = false;
start().catch((error: unknown) => refuse(`${say('cannot-open')} ${error instanceof Error ? error.message : ''}`));
