// Conditions picked together line by line: a field, how to compare, with what. The server writes them as FEEL.
import { announce, button, el, say } from './dom.ts';
import { isObj, type Json, type Obj } from './json.ts';
import { afterQuiet, post } from './talk.ts';

const OPERATORS = ['=', '!=', '>', '>=', '<', '<=', 'contains', 'is empty', 'is not empty'] as const;
const QUIET = 200;
const BARE = new Set(['is empty', 'is not empty']);

/** A name a condition may use; schema: what tells how its value is picked. */
export interface Known {
  name: string;
  title: string;
  schema: Obj;
}
interface Conditions {
  /** {"all": […]}, {"any": […]} or one comparison, as the server reads FEEL. */
  model: Obj;
  known: readonly Known[];
  url: string;
  write: (feel: string) => void;
}
interface Line {
  field: string;
  operator: string;
  value: Json;
}

/** One level of and/or over comparisons is what the lines can show. */
export function simple(model: Obj | null): model is Obj {
  if (model === null) return false;
  const parts = model['all'] ?? model['any'];
  return Array.isArray(parts) ? parts.length > 0 && parts.every((part) => isObj(part) && shown(part)) : shown(model);
}

function shown(part: Obj): boolean {
  return typeof part['field'] === 'string' && (OPERATORS as readonly string[]).includes(plain(part['operator'])) && !(isObj(part['value']) && 'field' in part['value']) && !Array.isArray(part['value']);
}

/** The first comparison of a field, to begin a condition with. */
export function beginning(known: Known): Obj {
  return { field: known.name, operator: '=', value: firstValue(known.schema) };
}

export function conditions({ model, known, url, write }: Conditions): HTMLElement {
  let joint = 'any' in model ? 'any' : 'all';
  const parts = (model['all'] ?? model['any'] ?? [model]) as Obj[];
  const lines: Line[] = parts.map((part) => ({ field: plain(part['field']), operator: plain(part['operator']), value: part['value'] ?? null }));
  const send = async (): Promise<void> => {
    const asked: Obj = { [joint]: lines.map((line) => ({ field: line.field, operator: line.operator, ...(BARE.has(line.operator) ? {} : { value: line.value }) })) };
    const { status, answer } = await post<{ feel?: string; message?: string }>(url, asked);
    if (status === 200 && answer.feel !== undefined) write(answer.feel);
    else announce(answer.message ?? say('no-answer'));
  };
  // Who walks through a list with the arrow keys changes it many times before it is meant.
  const later = afterQuiet(QUIET, send).wish;
  const drop = (at: number): void => {
    lines.splice(at, 1);
    void send();
  };
  const rows = lines.map((line, at) => row(known, line, later, lines.length > 1 ? () => drop(at) : null));
  const pick = (each: string): HTMLElement => el('option', { value: each, selected: joint === each }, say(`join:${each}`));
  const joined = el('select', { class: 'form-select form-select-sm', 'aria-label': say('join'), change: (event) => ((joint = (event.target as HTMLSelectElement).value), void send()) }, pick('all'), pick('any'));
  const more = button('plus-lg', say('add-line'), () => {
    const last = lines.at(-1);
    if (last) lines.push({ ...last });
    void send();
  });
  return el('div', { class: 'stack' }, ...(lines.length > 1 ? [joined] : []), ...rows, el('div', {}, more));
}

function row(known: readonly Known[], line: Line, send: () => void, drop: (() => void) | null): HTMLElement {
  const subject = known.find((each) => each.name === line.field);
  const fields = known.map((each) => el('option', { value: each.name, selected: each.name === line.field }, each.title));
  if (!subject) fields.unshift(el('option', { value: line.field, selected: true }, line.field));
  const about = (name: string): void => {
    const next = known.find((each) => each.name === name);
    if (JSON.stringify(next?.schema) !== JSON.stringify(subject?.schema)) line.value = firstValue(next?.schema ?? {});
    line.field = name;
    send();
  };
  const compare = (operator: string): void => {
    line.operator = operator;
    // Compared with nothing, "is" would mean "is empty": the first thing that can be meant stands there instead.
    if (!BARE.has(operator) && line.value === null) line.value = firstValue(subject?.schema ?? {});
    send();
  };
  const choose = (label: string, done: (value: string) => void, ...options: HTMLElement[]): HTMLElement => el('select', { class: 'form-select form-select-sm', 'aria-label': say(label), change: (event) => done((event.target as HTMLSelectElement).value) }, ...options);
  const how = OPERATORS.map((each) => el('option', { value: each, selected: each === line.operator }, say(`operator:${each}`)));
  const away = drop ? [button('x-lg', '', drop, { 'aria-label': say('drop-line') })] : [];
  return el('div', { class: 'line' }, choose('field', about, ...fields), choose('operator', compare, ...how), ...(BARE.has(line.operator) ? [] : [value(subject?.schema ?? {}, line, send)]), ...away);
}

function value(schema: Obj, line: Line, send: () => void): HTMLElement {
  return valueField(schema, line.value, say('value'), (next) => {
    line.value = next;
    send();
  });
}

/** One value that fits a field: picked where it has choices, else typed. */
export function valueField(schema: Obj, now: Json, label: string, set: (next: Json) => void): HTMLElement {
  const typed = isObj(now) ? plain(Object.values(now)[0]) : plain(now);
  const listed = choices(schema);
  if (listed) {
    const all = listed.map(([each, words], at) => el('option', { value: at, selected: plain(each) === typed }, words));
    return el('select', { class: 'form-select form-select-sm', 'aria-label': label, change: (event) => set(listed[Number((event.target as HTMLSelectElement).value)]?.[0] ?? null) }, el('option', { value: '-1' }, '—'), ...all);
  }
  const day = schema['format'] === 'date';
  const figure = isFigure(schema);
  return el('input', {
    class: 'form-control form-control-sm',
    type: day ? 'date' : figure ? 'number' : 'text',
    step: 'any',
    value: typed,
    'aria-label': label,
    change: (event) => {
      const raw = (event.target as HTMLInputElement).value;
      set(raw === '' ? null : day ? { date: raw } : figure ? Number(raw) : raw);
    },
  });
}

/** What may be picked, with its words: enum, oneOf of constants, yes and no. */
export function choices(schema: Obj): (readonly [Json, string])[] | null {
  if (schema['type'] === 'boolean') return [[true, say('yes')], [false, say('no')]];
  if (Array.isArray(schema['enum'])) return schema['enum'].map((each) => [each, plain(each)] as const);
  const one = Array.isArray(schema['oneOf']) ? schema['oneOf'].filter((each): each is Obj => isObj(each) && 'const' in each) : [];
  return one.length ? one.map((each) => [each['const'] ?? null, plain(each['title'] ?? each['const'])] as const) : null;
}

export function firstValue(schema: Obj): Json {
  const listed = choices(schema);
  if (listed) return listed[0]?.[0] ?? '';
  if (schema['format'] === 'date') return { date: new Date().toISOString().slice(0, 10) };
  return isFigure(schema) ? 0 : '';
}

function isFigure(schema: Obj): boolean {
  return schema['type'] === 'number' || schema['type'] === 'integer' || ['money', 'decimal', 'percent'].includes(plain(schema['format']));
}

function plain(value: Json | undefined): string {
  return typeof value === 'string' ? value : value === null || value === undefined ? '' : String(value);
}
