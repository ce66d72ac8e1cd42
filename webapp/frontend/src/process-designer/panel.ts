// The side panel: what the chosen element says, in a clerk's words; every change is one step to undo.
import { button, byId, el, field, say } from '../designing/dom.ts';
import { feelField } from '../designing/feel.ts';
import type { Drawing } from './drawing.ts';
import { events, loops, message, paths } from './panel-flow.ts';
import { candidates, forms, pairs, processParts } from './panel-people.ts';
import { type Diagram, type Element, type Moddle, text } from './model.ts';
import type { Offers } from './offers.ts';
import { due } from './panel-time.ts';
import type { Texts } from './texts.ts';

export interface Named {
  forms: { key: string; name: string; ui: string; views: string[] }[];
  decision: { key: string; name: string }[];
  process: { key: string; name: string }[];
  register: { key: string; name: string }[];
  roles: { key: string; name: string }[];
  units: { key: string; name: string }[];
}
/** What every part of the panel may ask. */
export interface World {
  diagram: Diagram;
  named: Named;
  offers: Offers;
  /** Where notes can be put and shown; absent where there is no picture. */
  drawing?: Drawing;
  texts: Texts;
  newForm: string;
}
export interface Place extends World {
  element: Element;
  own: Moddle;
}
export type Choice = readonly [string, string];

export function choices(all: { key: string; name: string }[]): Choice[] {
  return [['', '—'], ...all.map((each) => [each.key, each.name || each.key] as const)];
}

/** One formula in FEEL, read by the server while it is typed; timer: which kind of time it is the text of. */
export function formula({ texts }: World, label: string, value: unknown, done: (value: string) => void, hint?: string, timer: string | null = null): HTMLElement {
  return feelField({ label, value: text(value), ...(hint ? { hint } : {}), suggest: () => texts.suggest(), read: (body) => texts.read(body, timer), done });
}

export function panel(world: World): (element: Element | undefined) => void {
  return (chosen) => {
    const element = chosen?.labelTarget ?? chosen ?? world.diagram.root;
    const own = element.businessObject;
    const place: Place = { ...world, element, own };
    const process = own.$type === 'bpmn:Process' || own.$type === 'bpmn:Participant' || own.$type === 'bpmn:Collaboration';
    byId('props-h').textContent = process ? say('process') : own.name || world.offers.kind(own);
    const parts = process ? processParts(place) : [el('p', { class: 'muted m-0' }, `${world.offers.kind(own)} · `, el('span', { class: 'mono' }, own.id ?? '')), ...common(place), ...specific(place)];
    keepingFocus(byId('props'), () => byId('props').replaceChildren(el('div', { class: 'stack' }, ...parts)));
  };
}

/** Who was at a control stays at it when the panel is drawn anew after its own change. */
function keepingFocus(home: HTMLElement, draw: () => void): void {
  const controls = (): HTMLElement[] => [...home.querySelectorAll<HTMLElement>('input, select, textarea, button, summary, a[href]')];
  const before = document.activeElement as HTMLElement | null;
  const at = before ? controls().indexOf(before) : -1;
  draw();
  const after = at < 0 ? undefined : controls()[at];
  if (after && after.tagName === before?.tagName) after.focus();
}

export function short(own: Moddle): string {
  return own.$type.replace('bpmn:', '');
}

function common({ diagram, element, own, offers, drawing }: Place): HTMLElement[] {
  if (own.$type === 'bpmn:TextAnnotation') return [field({ label: say('note'), value: text(own['text']), rows: 4, done: (value) => diagram.set(element, { text: value }) })];
  const documentation = (own['documentation'] as Moddle[] | undefined)?.[0];
  const write = (value: string): void => diagram.set(element, { documentation: value ? [diagram.create('bpmn:Documentation', own, { text: value })] : [] });
  // What designers tell each other stands on the diagram as BPMN's own annotations, so that any tool shows it.
  const notes = [...(element.outgoing ?? []), ...(element.incoming ?? [])].flatMap((each) => [each.target, each.source]).filter((each) => each?.type === 'bpmn:TextAnnotation');
  const note = offers.find({ type: 'bpmn:TextAnnotation' });
  return [
    field({ label: say('name'), value: text(own.name), rows: 2, done: (value) => diagram.set(element, { name: value }) }),
    field({ label: say('documentation'), hint: say('documentation-hint'), value: text(documentation?.['text']), rows: 2, done: write }),
    ...notes.map((each) => el('p', { class: 'note-on' }, text(each?.businessObject['text']) || '…', ' ', button('pencil', say('edit'), () => each && drawing?.select(each)))),
    ...(note && drawing && !element.source ? [el('div', {}, button('chat-square-text', say('add-note'), () => void drawing.append(element, note)))] : []),
  ];
}

function specific(place: Place): HTMLElement[] {
  const { diagram, named, element, own } = place;
  const kind = short(own);
  const found: HTMLElement[] = [];
  if (['UserTask', 'ManualTask', 'Task'].includes(kind)) found.push(...candidates(place), ...forms(place));
  if (kind === 'ScriptTask') found.push(formula(place, say('script'), own['script'], (value) => diagram.set(element, { script: value }), say('script-hint')));
  if (kind === 'BusinessRuleTask') {
    found.push(
      field({ label: say('decision'), value: diagram.said(own, 'calledDecisionId'), options: choices(named.decision), done: (value) => diagram.say(element, own, 'calledDecisionId', value) }),
      field({ label: say('decided'), hint: say('decided-hint'), value: diagram.said(own, 'variableName'), done: (value) => diagram.say(element, own, 'variableName', value) }),
    );
  }
  if (kind === 'CallActivity') {
    found.push(field({ label: say('called'), value: text(own['calledElement']), options: choices(named.process), done: (value) => diagram.set(element, { calledElement: value || undefined }) }));
    found.push(single(place, 'qc:Unit', say('called-unit')), pairs(place, 'qc:Input', say('inputs')), pairs(place, 'qc:Output', say('outputs')));
  }
  if (kind === 'ServiceTask') found.push(...service(place));
  if (kind === 'SendTask' || kind === 'ReceiveTask') found.push(...message(place, own));
  if (kind === 'DataStoreReference') found.push(store(place));
  if (kind === 'SequenceFlow') found.push(...paths(place));
  if (own['eventDefinitions']) found.push(...events(place));
  if (/Task$|Activity$|SubProcess$|Transaction$/.test(kind)) {
    found.push(due(place), ...loops(place));
    found.push(el('details', {}, el('summary', {}, say('more')), el('div', { class: 'stack mt-2' }, phase(place), pairs(place, 'qc:Set', say('sets')), lookups(place))));
  }
  return found;
}

/** A register: the file names it at its root, the diagram shows where it is used. */
function store({ diagram, named, element, own }: Place): HTMLElement {
  const now = own['dataStoreRef'] as Moddle | undefined;
  const pick = (key: string): void => {
    const title = named.register.find((each) => each.key === key)?.name;
    diagram.set(element, { dataStoreRef: key ? diagram.named('bpmn:DataStore', key) : undefined, ...(title ? { name: title } : {}) });
  };
  return field({ label: say('register'), hint: say('store-hint'), value: text(now?.name), options: choices(named.register), done: pick });
}

function single(place: Place, type: string, label: string, hint?: string): HTMLElement {
  const { diagram, element, own } = place;
  return formula(place, label, diagram.extensions(own, type)[0]?.['value'], (value) => diagram.setExtensions(element, own, type, value ? [{ value }] : []), hint);
}

function phase({ diagram, element, own }: Place): HTMLElement {
  return field({ label: say('phase'), hint: say('phase-hint'), value: diagram.property(own, 'phase'), done: (value) => diagram.setProperties(element, own, { phase: value }) });
}

function lookups({ diagram, named, element, own }: Place): HTMLElement {
  const now = diagram.extensions(own, 'qc:Lookup').map((each) => ({ register: text(each['register']), key: text(each['key']), as: text(each['as']) }));
  const write = (): void => diagram.setExtensions(element, own, 'qc:Lookup', now.filter((each) => each.register || each.key || each.as));
  const row = (each: { register: string; key: string; as: string }): HTMLElement =>
    el(
      'div',
      { class: 'rule stack' },
      field({ label: say('register'), value: each.register, options: choices(named.register), done: (value) => ((each.register = value), write()) }),
      field({ label: say('lookup-key'), value: each.key, done: (value) => ((each.key = value), write()) }),
      field({ label: say('lookup-as'), value: each.as, done: (value) => ((each.as = value), write()) }),
    );
  return el('fieldset', {}, el('legend', { class: 'form-label fs-6' }, say('lookups')), ...[...now, fresh(now, { register: '', key: '', as: '' })].map(row));
}

/** The empty last line of a list: it joins the list once something stands in it. */
export function fresh<T>(lines: T[], empty: T): T {
  return new Proxy(empty as object, {
    set: (target, key, value: unknown) => {
      Reflect.set(target, key, value);
      if (!lines.includes(empty)) lines.push(empty);
      return true;
    },
  }) as T;
}

function service({ diagram, element, own }: Place): HTMLElement[] {
  const call = diagram.extensions(own, 'qc:Call')[0];
  const topic = text(diagram.extensions(own, 'qc:Topic')[0]?.['value']);
  const words = ['method', 'url', 'headers', 'body', 'timeout', 'attempts', 'result', 'map', 'error'] as const;
  const now: { [word: string]: unknown } = Object.fromEntries(words.map((word) => [word, call?.[word]]));
  const write = (word: string, value: string): void => {
    now[word] = value || undefined;
    diagram.setExtensions(element, own, 'qc:Call', now['url'] ? [Object.fromEntries(Object.entries(now).filter(([, each]) => each))] : []);
  };
  const inputs = words.slice(1).map((word) => field({ label: say(`call:${word}`), value: text(now[word]), done: (value) => write(word, value) }));
  const method = field({ label: say('call:method'), value: text(now['method']) || 'POST', options: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map((each) => [each, each] as const), done: (value) => write('method', value) });
  return [
    field({ label: say('topic'), hint: say('topic-hint'), value: topic, done: (value) => diagram.setExtensions(element, own, 'qc:Topic', value ? [{ value }] : []) }),
    el('details', { open: call !== undefined }, el('summary', {}, say('call')), el('div', { class: 'stack mt-2' }, ...inputs.slice(0, 1), method, ...inputs.slice(1))),
  ];
}
