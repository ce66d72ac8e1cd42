// The card view of a process: the same file as the diagram, edited card by card, checked after every change.
import './designer.css';

import { announce, byId, el, icon, learn, say } from '../designing/dom.ts';
import { keepSaved } from '../designing/saving.ts';
import { afterQuiet, get, post } from '../designing/talk.ts';
import { Diagram, type Moddle } from '../process-designer/model.ts';
import { Offers, type Offer } from '../process-designer/offers.ts';
import { panel, type Named } from '../process-designer/panel.ts';
import { Texts } from '../process-designer/texts.ts';
import { Book } from './book.ts';
import { Unshown } from './cards.ts';
import { drawn, type Acts, type World } from './draw.ts';
import type { Edits } from './edits.ts';
import { kinds } from './kinds.ts';

interface Given {
  key: string;
  xml: string;
  revision: number;
  words: { [key: string]: string };
  named: Named;
  offers: Offer[];
  save: string;
  check: string;
  diagram: string;
  text: string;
  fields: string;
  fresh: string;
  rule: string;
  newForm: string;
  functions: string[];
}
interface Finding {
  severity: string;
  element_id: string | null;
  message: string;
}

const given = JSON.parse(byId('design').textContent ?? '{}') as Given;
learn(given.words);

const book = new Book();
const offers = new Offers(given.offers);
const diagram = new Diagram(book.services(() => void changed()) as never);
const texts = new Texts(diagram, given);
const show = panel({ diagram, named: given.named, offers, texts, newForm: given.newForm });
const props = byId('props-box');
let past: string[] = [];
let future: string[] = [];
let now = given.xml;
let open: string | undefined;
let findings: Finding[] = [];
let stale = false;

const title = (): string => diagram.process(diagram.root)?.name || given.key;
const saved = keepSaved({
  url: given.save,
  revision: given.revision,
  body: () => ({ xml: now, title: title() }),
  file: () => ({ name: `${given.key}.bpmn`, type: 'application/xml', text: now }),
});
const checking = afterQuiet(500, async () => {
  await texts.renew();
  const { status, answer } = await post<{ findings: Finding[] }>(given.check, { xml: now });
  if (status === 200) findings = answer.findings.map((each) => ({ ...each, message: plainly(each.message) }));
  lint();
  render();
  document.body.dataset['checked'] = String(Number(document.body.dataset['checked'] ?? 0) + 1);
});

/** Ids in a message give way to what their elements are called. */
function plainly(message: string): string {
  return message.replace(/“([^”]+)”/g, (hit, id: string) => {
    const meant = diagram.element(id)?.businessObject;
    if (!meant) return hit;
    const to = meant['targetRef'] as Moddle | undefined;
    return to ? say('flow-to', { name: to.name || offers.kind(to) }) : `“${meant.name || offers.kind(meant)}”`;
  });
}

/** Remember the file as it was, keep what it is now. */
async function changed(): Promise<void> {
  const next = await book.write();
  if (next === now) return;
  past.push(now);
  future = [];
  now = next;
  after();
}
function after(): void {
  byId<HTMLButtonElement>('undo').disabled = !past.length;
  byId<HTMLButtonElement>('redo').disabled = !future.length;
  byId('design-title').textContent = title();
  saved();
  checking.wish();
  render();
}

/** Do one edit; what would leave the cards behind is taken back and told. */
async function edit(act: (edits: Edits) => Moddle | void, done: string): Promise<void> {
  const before = now;
  try {
    const made = act(book.edits());
    book.sheet();
    for (const each of byId('cards').querySelectorAll<HTMLDetailsElement>('details[open][data-flow]')) each.open = false;
    if (made && made.$type !== 'bpmn:SequenceFlow') open = made.id;
    await changed();
    announce(say(done));
    if (made?.id) document.getElementById(`card-${made.id}`)?.querySelector<HTMLElement>('[data-edit] input, [data-edit] textarea')?.focus();
  } catch (why) {
    if (!(why instanceof Unshown)) throw why;
    await book.read(before);
    render();
    tell(say(`no:${why.reason}`));
  }
}

const acts: Acts = {
  open: (node) => {
    open = open === node.id ? undefined : node.id;
    render();
    if (open) props.querySelector<HTMLElement>('input, select, textarea')?.focus();
  },
  add: (flow, choice) =>
    void edit((edits) => {
      const sheet = book.sheet();
      const on = flow ?? edits.begin(sheet.process, sheet.start);
      return choice.kind ? edits.insert(on, choice.kind) : edits.insertSplit(on, choice.split ?? '', say(`card:${choice.key}`));
    }, 'card-added'),
  remove: (sequence, index) => void edit((edits) => edits.remove(sequence, index), 'card-gone'),
  swap: (sequence, index) => void edit((edits) => edits.swap(sequence, index), 'card-moved'),
  addBranch: (split) => void edit((edits) => edits.addBranch(split), 'way-added'),
  removeBranch: (split, branch) => void edit((edits) => edits.removeBranch(split, branch), 'way-gone'),
  endBranch: (split, branch, where) => void edit((edits) => edits.endBranch(split, branch, where), 'way-leads'),
};
const world: World = { diagram, offers, named: given.named, choices: kinds(offers), acts, wrong: (id) => findings.filter((each) => each.element_id === id) };

function render(): void {
  const active = document.activeElement as HTMLElement | null;
  const element = open === undefined ? undefined : diagram.element(open);
  if (props.contains(active) && element && byId('cards').contains(props)) {
    // What is being typed into stays where it is until it is left; a choice may ask for more fields.
    stale = true;
    const typed = active instanceof HTMLTextAreaElement || (active instanceof HTMLInputElement && active.type !== 'checkbox') ? active : undefined;
    if (!typed || typed.value === typed.defaultValue) showAgain(element, active);
    return;
  }
  stale = false;
  const label = active?.getAttribute('aria-label');
  const unfolded = [...byId('cards').querySelectorAll<HTMLElement>('details[open][data-flow]')].map((each) => each.dataset['flow'] ?? '');
  byId('card-store').append(props);
  try {
    byId('cards').replaceChildren(drawn(book.sheet(), world));
  } catch (why) {
    if (!(why instanceof Unshown)) throw why;
    return refuse(why);
  }
  for (const each of byId('cards').querySelectorAll<HTMLDetailsElement>('details[data-flow]')) each.open = unfolded.includes(each.dataset['flow'] ?? '');
  const home = open === undefined ? null : byId('cards').querySelector(`[data-edit="${CSS.escape(open)}"]`);
  if (home && element) {
    show(element);
    home.append(props);
    byId('cards').querySelector(`[data-open="${CSS.escape(open ?? '')}"]`)?.setAttribute('aria-expanded', 'true');
  }
  if (label) byId('cards').querySelector<HTMLElement>(`[aria-label="${CSS.escape(label)}"]`)?.focus();
}

function showAgain(element: NonNullable<ReturnType<Diagram['element']>>, active: HTMLElement | null): void {
  const fields = (): HTMLElement[] => [...props.querySelectorAll<HTMLElement>('input, select, textarea, button')];
  const at = fields().indexOf(active as HTMLElement);
  const folds = [...props.querySelectorAll('details')].map((each) => each.open);
  show(element);
  props.querySelectorAll('details').forEach((each, index) => (each.open ||= folds[index] ?? false));
  fields()[at]?.focus();
}

function refuse(why: Unshown): void {
  const name = why.element ? why.element.name || `${offers.kind(why.element)}（${why.element.id ?? ''}）` : title();
  byId('cards').replaceChildren(
    el('div', { class: 'banner t-amber' }, icon('exclamation-triangle-fill'), el('div', {}, el('h2', {}, say('unshown')), el('p', {}, say(`unshown:${why.reason}`, { name })), el('p', { class: 'mb-0' }, el('a', { href: given.diagram }, say('to-diagram'))))),
  );
}

function lint(): void {
  const lines = findings.slice(0, 60).map((each) => {
    const bad = each.severity === 'error';
    const go = each.element_id && document.getElementById(`card-${each.element_id}`) ? [' ', el('a', { href: `#card-${each.element_id}` }, say('go'))] : [];
    return el('li', { class: `t-${bad ? 'red' : 'amber'}` }, icon(bad ? 'exclamation-octagon-fill' : 'exclamation-triangle-fill'), el('span', {}, each.message, ...go));
  });
  if (!findings.some((each) => each.severity === 'error')) lines.unshift(el('li', { class: 't-green' }, icon('check-circle-fill'), el('span', {}, say('can-publish'))));
  byId('lint').replaceChildren(...lines);
}

function tell(words: string): void {
  byId('told').replaceChildren(el('p', { class: 'banner t-amber' }, icon('exclamation-triangle-fill'), words));
  announce(words);
  setTimeout(() => byId('told').replaceChildren(), 12_000);
}

async function travel(from: string[], to: string[]): Promise<void> {
  const wanted = from.pop();
  if (wanted === undefined) return;
  to.push(now);
  now = wanted;
  await book.read(now);
  after();
}

// A click that leaves the panel lands where it was aimed at: the cards are drawn anew only after it.
let pressed = false;
const leave = (): void => void setTimeout(() => stale && !props.contains(document.activeElement) && render(), 0);
addEventListener('pointerdown', () => (pressed = true), true);
addEventListener('pointerup', () => {
  pressed = false;
  setTimeout(leave, 0);
}, true);
props.addEventListener('focusout', () => pressed || leave());
props.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || open === undefined) return;
  const id = open;
  (event.target as HTMLElement).blur();
  open = undefined;
  render();
  byId('cards').querySelector<HTMLElement>(`[data-open="${CSS.escape(id)}"]`)?.focus();
});
byId('undo').addEventListener('click', () => void travel(past, future));
byId('redo').addEventListener('click', () => void travel(future, past));
// A form made meanwhile in another tab can be picked when one comes back.
addEventListener('focus', () => void get<Named>(given.fresh).then((fresh) => Object.assign(given.named, fresh)));
byId('studio').hidden = false;
book
  .read(given.xml)
  .then(async () => {
    await texts.renew();
    render();
    await checking.now();
  })
  .catch((error: unknown) => {
    byId('cards').replaceChildren(el('p', { class: 'banner t-amber' }, `${say('cannot-open')} ${error instanceof Error ? error.message : ''}`));
  })
  .finally(() => (document.body.dataset['ready'] = '1'));
