// What a rule gives a field: a value, or the options that are left.
import { choices, conditions, firstValue, simple, valueField, type Known } from '../designing/conditions.ts';
import { announce, button, el, say } from '../designing/dom.ts';
import { isObj, type Json, type Obj } from '../designing/json.ts';
import { post } from '../designing/talk.ts';
import type { Case, Rule } from './server.ts';

interface Place {
  schema: Obj;
  known: Known[];
  ruleUrl: string;
}

/** Let the server write data as FEEL; nothing comes of what it refuses. */
export async function written(url: string, asked: Obj): Promise<string | null> {
  const { status, answer } = await post<{ feel?: string; message?: string }>(url, asked);
  if (status === 200 && answer.feel !== undefined) return answer.feel;
  announce(answer.message ?? say('no-answer'));
  return null;
}

/** What may be picked of a field, also of one that takes several. */
export function options(schema: Obj): (readonly [Json, string])[] {
  return choices(schema) ?? (isObj(schema['items']) ? choices(schema['items']) : null) ?? [];
}

/** A value as FEEL to begin with: the first that can be picked, or nothing yet. */
export function firstOf({ schema, ruleUrl }: Place): Promise<string | null> {
  return written(ruleUrl, { value: firstValue(schema) });
}

/** What a field is filled with: a value that fits it, or a formula. */
export function given(place: Place, rule: Rule, write: (value: string) => void): HTMLElement[] {
  const set = (next: Json): void => void written(place.ruleUrl, { value: next }).then((text) => text !== null && write(text));
  const text = el('textarea', { class: 'form-control form-control-sm mono', rows: 1, spellcheck: 'false', 'aria-label': say('set-feel'), change: (event) => write((event.target as HTMLTextAreaElement).value.trim()) }, rule.value ?? '');
  return [
    ...(rule.literal ? [el('div', {}, el('span', { class: 'form-label', 'aria-hidden': 'true' }, say('set-to')), valueField(place.schema, rule.literal.value, say('set-to'), set))] : []),
    el('details', { open: !rule.literal }, el('summary', {}, say('set-feel')), text),
  ];
}

/** When which options are left: a condition and ticks, as often as there are cases. */
export function limited(place: Place, cases: Case[], write: (feel: string) => void): HTMLElement[] {
  const all = options(place.schema);
  const send = (next: Case[]): void => {
    if (!next.length) return write('');
    void written(place.ruleUrl, { cases: next.map(({ when, only }) => ({ when, only })) }).then((text) => text !== null && write(text));
  };
  // Kept here too: a second change may come before the first is answered.
  const changed = (at: number, change: Partial<Case>): void => {
    Object.assign(cases[at] as Case, change);
    send(cases);
  };
  const tick = (each: Case, at: number, value: Json, words: string): HTMLElement => {
    const toggle = (event: Event): void => changed(at, { only: (event.target as HTMLInputElement).checked ? all.map(([one]) => one).filter((one) => one === value || each.only.includes(one)) : each.only.filter((one) => one !== value) });
    return el('label', { class: 'form-check form-check-inline' }, el('input', { class: 'form-check-input', type: 'checkbox', checked: each.only.includes(value), change: toggle }), words);
  };
  const drop = (at: number): HTMLElement[] => (cases.length > 1 ? [button('x-lg', say('drop-case'), () => send(cases.filter((_, index) => index !== at)))] : []);
  return [
    ...cases.map((each, at) =>
      el(
        'fieldset',
        { class: 'stack' },
        el('legend', { class: 'visually-hidden' }, say('only')),
        ...(simple(each.model) ? [conditions({ model: each.model, known: place.known, url: place.ruleUrl, write: (when) => changed(at, { when }) })] : [el('p', { class: 'mono m-0' }, each.when)]),
        el('div', {}, ...all.map(([value, words]) => tick(each, at, value, words))),
        ...drop(at),
      ),
    ),
    el('div', {}, button('plus-lg', say('add-case'), () => send([...cases, { ...(cases.at(-1) as Case) }]))),
  ];
}
