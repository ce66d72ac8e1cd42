// The side panel: what the chosen element says, in a clerk's words; every change is one step to undo.
import { byId, el, field, say } from '../designing/dom.ts';
import { conditions, events, loops } from './panel-flow.ts';
import { candidates, forms, pairs, processParts } from './panel-people.ts';
import { type Diagram, type Element, type Moddle, text } from './model.ts';
import type { Offers } from './offers.ts';

export interface Named {
  forms: { key: string; name: string; ui: string; views: string[] }[];
  decision: { key: string; name: string }[];
  process: { key: string; name: string }[];
  register: { key: string; name: string }[];
  roles: { key: string; name: string }[];
}
/** What every part of the panel may ask. */
export interface World {
  diagram: Diagram;
  named: Named;
  offers: Offers;
}
export interface Place extends World {
  element: Element;
  own: Moddle;
}
export type Choice = readonly [string, string];

export function choices(all: { key: string; name: string }[]): Choice[] {
  return [['', '—'], ...all.map((each) => [each.key, each.name || each.key] as const)];
}

/** One formula in FEEL: checked by the server a moment later. */
export function formula(label: string, value: unknown, done: (value: string) => void, hint?: string): HTMLElement {
  return field({ label, value: text(value), rows: 2, ...(hint ? { hint } : {}), done });
}

export function panel(world: World): (element: Element | undefined) => void {
  return (chosen) => {
    const element = chosen?.labelTarget ?? chosen ?? world.diagram.root;
    const own = element.businessObject;
    const place: Place = { ...world, element, own };
    const process = own.$type === 'bpmn:Process' || own.$type === 'bpmn:Participant' || own.$type === 'bpmn:Collaboration';
    byId('props-h').textContent = process ? say('process') : own.name || world.offers.kind(own);
    const parts = process ? processParts(place) : [el('p', { class: 'muted m-0' }, `${world.offers.kind(own)} · `, el('span', { class: 'mono' }, own.id ?? '')), ...common(place), ...specific(place)];
    byId('props').replaceChildren(el('div', { class: 'stack' }, ...parts));
  };
}

export function short(own: Moddle): string {
  return own.$type.replace('bpmn:', '');
}

function common({ diagram, element, own }: Place): HTMLElement[] {
  const documentation = (own['documentation'] as Moddle[] | undefined)?.[0];
  const write = (value: string): void => diagram.set(element, { documentation: value ? [diagram.create('bpmn:Documentation', own, { text: value })] : [] });
  return [
    field({ label: say('name'), value: text(own.name), rows: 2, done: (value) => diagram.set(element, { name: value }) }),
    field({ label: say('documentation'), value: text(documentation?.['text']), rows: 2, done: write }),
  ];
}

function specific(place: Place): HTMLElement[] {
  const { diagram, named, element, own } = place;
  const kind = short(own);
  const found: HTMLElement[] = [];
  if (['UserTask', 'ManualTask', 'Task'].includes(kind)) found.push(...candidates(place), ...forms(place));
  if (kind === 'ScriptTask') found.push(formula(say('script'), own['script'], (value) => diagram.set(element, { script: value }), say('script-hint')));
  if (kind === 'BusinessRuleTask') {
    const now = text(diagram.extensions(own, 'spiffworkflow:CalledDecisionId')[0]?.['value']);
    found.push(field({ label: say('decision'), value: now, options: choices(named.decision), done: (value) => diagram.setExtensions(element, own, 'spiffworkflow:CalledDecisionId', value ? [{ value }] : []) }));
  }
  if (kind === 'CallActivity') {
    found.push(field({ label: say('called'), value: text(own['calledElement']), options: choices(named.process), done: (value) => diagram.set(element, { calledElement: value || undefined }) }));
    found.push(single(place, 'qc:Unit', say('called-unit')), pairs(place, 'qc:Input', say('inputs')), pairs(place, 'qc:Output', say('outputs')));
  }
  if (kind === 'ServiceTask') found.push(...service(place));
  if (kind === 'SequenceFlow') found.push(...conditions(place));
  if (own['eventDefinitions']) found.push(...events(place));
  if (/Task$|Activity$|SubProcess$|Transaction$/.test(kind)) {
    found.push(...loops(place));
    found.push(el('details', {}, el('summary', {}, say('more')), el('div', { class: 'stack mt-2' }, single(place, 'qc:Due', say('due'), say('due-hint')), phase(place), pairs(place, 'qc:Set', say('sets')), lookups(place))));
  }
  return found;
}

function single({ diagram, element, own }: Place, type: string, label: string, hint?: string): HTMLElement {
  return formula(label, diagram.extensions(own, type)[0]?.['value'], (value) => diagram.setExtensions(element, own, type, value ? [{ value }] : []), hint);
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
