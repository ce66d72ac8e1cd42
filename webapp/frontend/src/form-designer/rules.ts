// All rules of the form in one list: what is shown, required, read-only, computed or wrong, and when.
import { announce, button, byId, el, say } from '../designing/dom.ts';
import { isObj, put, reach, type Json, type Obj } from '../designing/json.ts';
import type { FieldType, Item, Model } from './model.ts';
import { asText } from './properties.ts';
import { post } from '../designing/talk.ts';
import type { Rule } from './server.ts';

const KINDS = ['qc:visible', 'qc:required', 'qc:readonly', 'qc:computed', 'qc:checks'] as const;
const OPERATORS = ['=', '!=', '>', '>=', '<', '<=', 'contains', 'is empty', 'is not empty'] as const;
const BARE = new Set(['is empty', 'is not empty']);

interface World {
  model: Model;
  catalogue: FieldType[];
  ruleUrl: string;
}
interface Line {
  field: string;
  operator: string;
  value: Json;
}

export function rulesPane(world: World, rules: Rule[]): void {
  const { model } = world;
  const cards = rules.map((rule) => card(world, rule));
  const first = model.items[0];
  const about = el('select', { class: 'form-select form-select-sm', 'aria-label': say('rule-about') }, ...model.items.map((item) => el('option', { value: item.pointer }, item.title)));
  const kind = el('select', { class: 'form-select form-select-sm', 'aria-label': say('rule-kind') }, ...KINDS.map((name) => el('option', { value: name }, say(`rule:${name}`))));
  const add = button('plus-lg', say('add-rule'), () => {
    const item = model.item(about.value);
    if (item) model.change(() => begin(model, item, kind.value));
  });
  byId('pane-rules').replaceChildren(
    el(
      'div',
      { class: 'paper wide stack' },
      el('p', { class: 'muted m-0' }, say(rules.length ? 'rules-hint' : 'no-rules')),
      ...cards,
      ...(first ? [el('div', { class: 'd-flex flex-wrap gap-2 align-items-center' }, about, kind, add)] : []),
    ),
  );
}

function begin(model: Model, item: Item, kind: string): void {
  const ui = model.reachUi(item);
  if (kind === 'qc:checks') {
    const checks = Array.isArray(ui[kind]) ? ui[kind] : [];
    ui[kind] = [...checks, { when: `${item.key} = null`, message: say('check-message') }];
  } else if (!(kind in ui)) {
    const other = model.items.find((each) => each.pointer !== item.pointer && each.kind !== 'section' && each.kind !== 'table');
    ui[kind] = kind === 'qc:computed' ? '0' : `${other?.key ?? item.key} != null`;
  }
}

function card(world: World, rule: Rule): HTMLElement {
  const { model } = world;
  const write = (feel: string): void => model.change(() => store(model, rule, { when: feel }));
  const head = el('header', {}, el('h2', { class: 'm-0' }, say(`rule-says:${rule.rule}`, { title: rule.title })), button('trash', '', () => model.change(() => store(model, rule, null)), { 'aria-label': say('drop-rule', { title: rule.title }) }));
  const inside: HTMLElement[] = [];
  if (rule.rule === 'qc:checks') {
    inside.push(
      el('input', { class: 'form-control form-control-sm', value: rule.message ?? '', 'aria-label': say('check-text'), change: (event) => model.change(() => store(model, rule, { message: (event.target as HTMLInputElement).value })) }),
      level(model, rule),
    );
  }
  if (rule.rule !== 'qc:computed' && simple(rule.model)) inside.push(builder(world, rule, write));
  const text = el('textarea', { class: 'form-control form-control-sm mono', rows: 2, spellcheck: 'false', 'aria-label': say('feel-of', { title: rule.title }), change: (event) => write((event.target as HTMLTextAreaElement).value.trim()) }, rule.feel);
  const open = rule.rule === 'qc:computed' || !simple(rule.model);
  inside.push(el('details', { open }, el('summary', {}, say('as-feel')), text));
  return el('section', { class: 'rule stack' }, head, ...inside);
}

function level(model: Model, rule: Rule): HTMLElement {
  const pick = (value: string): HTMLElement => el('option', { value, selected: (rule.level ?? 'error') === value }, say(`level:${value}`));
  return el('select', { class: 'form-select form-select-sm', 'aria-label': say('level'), change: (event) => model.change(() => store(model, rule, { level: (event.target as HTMLSelectElement).value === 'warning' ? 'warning' : '' })) }, pick('error'), pick('warning'));
}

/** Write a rule back where it stands; null takes it away. */
function store(model: Model, rule: Rule, change: { when?: string; message?: string; level?: string } | null): void {
  const ui = reach(model.ui, rule.uiAt);
  if (rule.index === null) {
    put(ui, rule.rule, change?.when || undefined);
    return;
  }
  const checks = Array.isArray(ui[rule.rule]) ? (ui[rule.rule] as Json[]) : [];
  const own = checks[rule.index];
  if (change === null) checks.splice(rule.index, 1);
  else if (isObj(own)) for (const [key, value] of Object.entries(change)) put(own, key, value);
  put(ui, rule.rule, checks.length ? checks : undefined);
}

/** One level of and/or over comparisons is what the lines can show. */
function simple(model: Obj | null): model is Obj {
  if (model === null) return false;
  const parts = model['all'] ?? model['any'];
  return Array.isArray(parts) ? parts.every((part) => isObj(part) && shown(part)) : shown(model);
}

function shown(part: Obj): boolean {
  return typeof part['field'] === 'string' && (OPERATORS as readonly string[]).includes(asText(part['operator'])) && !(isObj(part['value']) && 'field' in part['value']) && !Array.isArray(part['value']);
}

function builder(world: World, rule: Rule, write: (feel: string) => void): HTMLElement {
  const given = rule.model ?? {};
  const join = 'any' in given ? 'any' : 'all';
  const parts = (given['all'] ?? given['any'] ?? [given]) as Obj[];
  const lines: Line[] = parts.map((part) => ({ field: asText(part['field']), operator: asText(part['operator']), value: part['value'] ?? null }));
  let joint: string = join;
  const send = async (): Promise<void> => {
    const model: Obj = { [joint]: lines.map((line) => ({ field: line.field, operator: line.operator, ...(BARE.has(line.operator) ? {} : { value: line.value }) })) };
    const { status, answer } = await post<{ feel?: string; message?: string }>(world.ruleUrl, model);
    if (status === 200 && answer.feel !== undefined) write(answer.feel);
    else announce(answer.message ?? say('no-answer'));
  };
  const rows = lines.map((line, index) => row(world, rule, line, index, lines, () => void send()));
  const joined = el(
    'select',
    { class: 'form-select form-select-sm', 'aria-label': say('join'), change: (event) => ((joint = (event.target as HTMLSelectElement).value), void send()) },
    el('option', { value: 'all', selected: join === 'all' }, say('join:all')),
    el('option', { value: 'any', selected: join === 'any' }, say('join:any')),
  );
  const more = button('plus-lg', say('add-line'), () => {
    const last = lines.at(-1);
    if (last) lines.push({ ...last });
    void send();
  });
  return el('div', { class: 'stack' }, ...(lines.length > 1 ? [joined] : []), ...rows, el('div', {}, more));
}

function row(world: World, rule: Rule, line: Line, index: number, lines: Line[], send: () => void): HTMLElement {
  const { model } = world;
  const named = model.items.filter((item) => item.kind !== 'section' && item.kind !== 'table' && near(item, rule.pointer));
  const known = named.map((item) => [name(item, rule.pointer), item] as const);
  const subject = known.find(([text]) => text === line.field)?.[1];
  const fields = known.map(([text, item]) => el('option', { value: text, selected: text === line.field }, item.title));
  if (!subject) fields.unshift(el('option', { value: line.field, selected: true }, line.field));
  const compare = (operator: string): void => {
    line.operator = operator;
    // Compared with nothing, "is" would mean "is empty": the first thing that can be meant stands there instead.
    if (!BARE.has(operator) && line.value === null) line.value = firstValue(subject ? model.schemaOf(subject) : {});
    send();
  };
  const which = el('select', { class: 'form-select form-select-sm', 'aria-label': say('field'), change: (event) => ((line.field = (event.target as HTMLSelectElement).value), send()) }, ...fields);
  const how = el('select', { class: 'form-select form-select-sm', 'aria-label': say('operator'), change: (event) => compare((event.target as HTMLSelectElement).value) }, ...OPERATORS.map((each) => el('option', { value: each, selected: each === line.operator }, say(`operator:${each}`))));
  const drop = button('x-lg', '', () => {
    if (lines.length > 1) lines.splice(index, 1);
    send();
  }, { 'aria-label': say('drop-line') });
  return el('div', { class: 'line' }, which, how, ...(BARE.has(line.operator) ? [] : [value(model, subject, line, send)]), ...(lines.length > 1 ? [drop] : []));
}

function value(model: Model, subject: Item | undefined, line: Line, send: () => void): HTMLElement {
  const schema = subject ? model.schemaOf(subject) : {};
  const listed = Array.isArray(schema['enum']) ? schema['enum'] : schema['type'] === 'boolean' ? [true, false] : null;
  const typed = isObj(line.value) ? asText(Object.values(line.value)[0]) : asText(line.value);
  const set = (next: Json): void => {
    line.value = next;
    send();
  };
  if (listed) {
    const all = listed.map((each, at) => el('option', { value: at, selected: asText(each) === typed }, typeof each === 'boolean' ? say(each ? 'yes' : 'no') : asText(each)));
    return el('select', { class: 'form-select form-select-sm', 'aria-label': say('value'), change: (event) => set(listed[Number((event.target as HTMLSelectElement).value)] ?? null) }, el('option', { value: '-1' }, '—'), ...all);
  }
  const day = schema['format'] === 'date';
  const figure = isFigure(schema);
  return el('input', {
    class: 'form-control form-control-sm',
    type: day ? 'date' : figure ? 'number' : 'text',
    step: 'any',
    value: typed,
    'aria-label': say('value'),
    change: (event) => {
      const raw = (event.target as HTMLInputElement).value;
      set(raw === '' ? null : day ? { date: raw } : figure ? Number(raw) : raw);
    },
  });
}

function firstValue(schema: Obj): Json {
  if (Array.isArray(schema['enum'])) return schema['enum'][0] ?? '';
  if (schema['type'] === 'boolean') return true;
  if (schema['format'] === 'date') return { date: new Date().toISOString().slice(0, 10) };
  return isFigure(schema) ? 0 : '';
}

function isFigure(schema: Obj): boolean {
  return schema['type'] === 'number' || schema['type'] === 'integer' || ['money', 'decimal', 'percent'].includes(asText(schema['format']));
}

/** A rule sees the fields of its own row or section by name, and those of the form from the top. */
function near(item: Item, pointer: string): boolean {
  const row = item.pointer.lastIndexOf('/*');
  return row < 0 || pointer.startsWith(item.pointer.slice(0, row + 2));
}

function name(item: Item, pointer: string): string {
  const own = pointer.slice(0, pointer.lastIndexOf('/'));
  const home = item.pointer.slice(0, item.pointer.lastIndexOf('/'));
  if (home === own) return item.key;
  const row = item.pointer.lastIndexOf('/*/');
  return (row < 0 ? item.pointer.slice(1) : item.pointer.slice(row + 3)).replaceAll('/', '.');
}
