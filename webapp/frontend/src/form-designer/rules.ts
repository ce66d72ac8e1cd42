// All rules of the form in one list: what is shown, required, read-only, computed or wrong, and when.
import { conditions, simple, type Known } from '../designing/conditions.ts';
import { announce, button, byId, el, say } from '../designing/dom.ts';
import { isObj, put, reach, type Json, type Obj } from '../designing/json.ts';
import type { FieldType, Item, Model } from './model.ts';
import { firstOf, given, limited, options, written } from './rule-gives.ts';
import type { Rule } from './server.ts';

const KINDS = ['qc:visible', 'qc:required', 'qc:readonly', 'qc:computed', 'qc:checks', 'qc:set', 'qc:options'] as const;

interface World {
  model: Model;
  catalogue: FieldType[];
  ruleUrl: string;
}
export function rulesPane(world: World, rules: Rule[]): void {
  const { model } = world;
  const cards = rules.map((rule) => card(world, rule));
  const first = model.items[0];
  const about = el('select', { class: 'form-select form-select-sm', 'aria-label': say('rule-about') }, ...model.items.map((item) => el('option', { value: item.pointer }, item.title)));
  const kind = el('select', { class: 'form-select form-select-sm', 'aria-label': say('rule-kind') }, ...KINDS.map((name) => el('option', { value: name }, say(`rule:${name}`))));
  const add = button('plus-lg', say('add-rule'), () => {
    const item = model.item(about.value);
    if (item) void begin(world, item, kind.value);
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

async function begin({ model, ruleUrl }: World, item: Item, kind: string): Promise<void> {
  const other = model.items.find((each) => each.pointer !== item.pointer && each.kind !== 'section' && each.kind !== 'table');
  const when = `${other?.key ?? item.key} != null`;
  const schema = model.schemaOf(item);
  const further = (rule: Obj): void => {
    const ui = model.reachUi(item);
    ui[kind] = [...(Array.isArray(ui[kind]) ? ui[kind] : []), rule];
  };
  if (kind === 'qc:checks') return model.change(() => further({ when: `${item.key} = null`, message: say('check-message') }));
  if (kind === 'qc:set') {
    const value = await firstOf({ schema, ruleUrl, known: [] });
    if (value !== null) model.change(() => further({ when, value }));
    return;
  }
  if (kind in model.uiOf(item)) return;
  let text: string | null = kind === 'qc:computed' ? '0' : when;
  if (kind === 'qc:options') {
    const only = options(schema).map(([each]) => each);
    if (!only.length) return announce(say('no-options', { title: item.title }));
    text = await written(ruleUrl, { cases: [{ when, only }] });
  }
  if (text !== null) model.change(() => put(model.reachUi(item), kind, text));
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
  const item = model.item(rule.pointer);
  const place = { schema: item ? model.schemaOf(item) : {}, known: known(model, rule), ruleUrl: world.ruleUrl };
  if (rule.cases) inside.push(...limited(place, rule.cases, write));
  if (rule.rule !== 'qc:computed' && rule.rule !== 'qc:options' && simple(rule.model)) inside.push(conditions({ model: rule.model, known: known(model, rule), url: world.ruleUrl, write }));
  const text = el('textarea', { class: 'form-control form-control-sm mono', rows: 2, spellcheck: 'false', 'aria-label': say('feel-of', { title: rule.title }), change: (event) => write((event.target as HTMLTextAreaElement).value.trim()) }, rule.feel);
  const open = !rule.cases && (rule.rule === 'qc:computed' || !simple(rule.model));
  inside.push(el('details', { open }, el('summary', {}, say('as-feel')), text));
  if (rule.rule === 'qc:set') inside.push(...given(place, rule, (value) => model.change(() => store(model, rule, { value }))));
  return el('section', { class: 'rule stack' }, head, ...inside);
}

function level(model: Model, rule: Rule): HTMLElement {
  const pick = (value: string): HTMLElement => el('option', { value, selected: (rule.level ?? 'error') === value }, say(`level:${value}`));
  return el('select', { class: 'form-select form-select-sm', 'aria-label': say('level'), change: (event) => model.change(() => store(model, rule, { level: (event.target as HTMLSelectElement).value === 'warning' ? 'warning' : '' })) }, pick('error'), pick('warning'));
}

/** Write a rule back where it stands; null takes it away. */
function store(model: Model, rule: Rule, change: { when?: string; message?: string; level?: string; value?: string } | null): void {
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

/** What a rule may name, by the names it has there. */
function known(model: Model, rule: Rule): Known[] {
  const seen = model.items.filter((item) => item.kind !== 'section' && item.kind !== 'table' && near(item, rule.pointer));
  return seen.map((item) => ({ name: name(item, rule.pointer), title: item.title, schema: model.schemaOf(item) }));
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
