// The side panel: what can be said about the chosen field, or about the whole form.
import { button, byId, el, field, say, tick } from '../designing/dom.ts';
import { isObj, put, reach, type Json, type Obj } from '../designing/json.ts';
import type { FieldType, Item, Model } from './model.ts';
import { ofType } from './type-options.ts';
import { STYLES, type Style } from './pages.ts';
import { pageNumber } from './sheets.ts';

export interface Register {
  key: string;
  title: string;
  columns: { key: string; title: string }[];
}
export interface World {
  model: Model;
  catalogue: FieldType[];
  registers: Register[];
  language: 'zh' | 'en';
  select: (pointer: string | null) => void;
  keep: (item: Item) => void;
  rights: () => { [view: string]: { [pointer: string]: string } };
}

const LIMITS: { [type: string]: readonly string[] } = {
  string: ['minLength', 'maxLength', 'pattern'],
  number: ['minimum', 'maximum'],
  integer: ['minimum', 'maximum'],
  array: ['minItems', 'maxItems'],
};

export function properties(world: World): (pointer: string | null) => void {
  return (pointer) => {
    const item = world.model.item(pointer);
    const number = pageNumber(pointer);
    const page = number === null ? undefined : world.model.pages[number];
    byId('props-h').textContent = item ? item.title : page ? page.title : say('whole-form');
    const shown = item ? ofField(world, item) : page && number !== null ? ofPage(world.model, number, page.title) : ofForm(world.model);
    byId('props').replaceChildren(el('div', { class: 'stack' }, ...shown));
  };
}

function ofForm(model: Model): HTMLElement[] {
  const text = (key: string, label: string, rows?: number): HTMLElement =>
    field({ label, value: asText(model.schema[key]), ...(rows ? { rows } : {}), done: (value) => model.change(() => put(model.schema, key, value)) });
  const marks = ['tableNumber', 'maker', 'approver', 'approvalNumber', 'validUntil'].map((key) => ofHolder(model, 'qc:official', key, say(`official:${key}`), key === 'validUntil' ? 'date' : 'text'));
  const days = ['from', 'until'].map((key) => ofHolder(model, 'qc:available', key, say(`available:${key}`), 'date'));
  const paging = field({
    label: say('paging'),
    value: model.style ?? '',
    options: [['', say('paging:none')], ...STYLES.map((style) => [style, say(`paging:${style}`)] as const)],
    done: (value) => model.change(() => model.setStyle(value === '' ? null : (value as Style), say('page-title', { number: 1 }))),
  });
  return [text('title', say('title')), text('description', say('help'), 2), paging, el('details', {}, el('summary', {}, say('official')), el('div', { class: 'stack mt-2' }, ...marks)), el('details', {}, el('summary', {}, say('available')), el('div', { class: 'stack mt-2' }, el('p', { class: 'muted m-0' }, say('available-hint')), ...days))];
}

/** One member of an object of the form's ui; the object goes with its last member. */
function ofHolder(model: Model, name: string, key: string, label: string, type: string): HTMLElement {
  const held = model.ui[name];
  return field({
    label,
    value: asText(isObj(held) ? held[key] : undefined),
    type,
    done: (value) =>
      model.change(() => {
        const next = reach(model.ui, [name]);
        put(next, key, value);
        if (Object.keys(next).length === 0) delete model.ui[name];
      }),
  });
}

function ofPage(model: Model, number: number, title: string): HTMLElement[] {
  return [
    el('p', { class: 'muted m-0' }, say('page-number', { number: number + 1, all: model.pages.length })),
    field({ label: say('title'), value: title, done: (value) => model.change(() => model.renamePage(number, value)) }),
  ];
}

/** Which page a field of the first level stands on. */
function placeOf(model: Model, item: Item): HTMLElement[] {
  if (model.style === null || item.parent !== '') return [];
  const at = model.pages.findIndex((page) => page.fields.includes(item.key));
  const all = model.pages.map((page, number) => [String(number), page.title || say('page-title', { number: number + 1 })] as const);
  return [field({ label: say('on-page'), value: at < 0 ? '' : String(at), options: at < 0 ? [['', '—'], ...all] : all, done: (value) => value !== '' && model.change(() => model.moveToPage(item, Number(value))) })];
}

function ofField(world: World, item: Item): HTMLElement[] {
  const { model } = world;
  const schema = model.schemaOf(item);
  const change = (step: () => void): void => model.change(step);
  const kind = world.catalogue.find((type) => type.key === item.kind);
  const found: HTMLElement[] = [
    el('p', { class: 'muted m-0' }, `${kind ? kind.title[world.language] : item.kind} · `, el('span', { class: 'mono' }, item.key)),
    field({ label: say('title'), value: item.title, done: (value) => change(() => setTitle(model, item, value)) }),
    field({ label: say('help'), value: asText(schema['description']), rows: 2, done: (value) => change(() => put(model.schemaOf(item), 'description', value)) }),
  ];
  found.push(...placeOf(model, item));
  if (item.shared) found.push(el('p', { class: 'muted m-0' }, say('shared')));
  const choices = options(schema);
  if (choices !== null) {
    found.push(field({ label: say('options'), value: choices.join('\n'), rows: Math.min(8, Math.max(3, choices.length)), done: (value) => change(() => setOptions(model.schemaOf(item), value)) }));
  }
  if (item.kind !== 'notice' && item.kind !== 'section') {
    found.push(tick(say('required'), item.required, (on) => change(() => model.setRequired(item, on))));
    found.push(tick(say('read-only'), schema['readOnly'] === true, (on) => change(() => put(model.schemaOf(item), 'readOnly', on || undefined))));
  }
  found.push(...ofRegister(world, item), ...ofType(world, item, kind));
  found.push(el('details', {}, el('summary', {}, say('more')), el('div', { class: 'stack mt-2' }, ...more(world, item, schema))));
  found.push(rightsOf(world, item));
  found.push(el('div', { class: 'acts' }, button('copy', say('keep'), () => world.keep(item))));
  return found;
}

function setTitle(model: Model, item: Item, value: string): void {
  const ui = model.uiOf(item);
  if ('ui:title' in ui) put(model.reachUi(item), 'ui:title', value);
  else put(model.schemaOf(item), 'title', value);
}

function more(world: World, item: Item, schema: Obj): HTMLElement[] {
  const { model } = world;
  const type = Array.isArray(schema['type']) ? String(schema['type'][0]) : asText(schema['type']);
  const limits = (LIMITS[type] ?? []).map((key) =>
    field({
      label: say(`limit:${key}`),
      value: asText(schema[key]),
      type: key === 'pattern' ? 'text' : 'number',
      done: (value) => model.change(() => put(model.schemaOf(item), key, value === '' ? undefined : key === 'pattern' ? value : Number(value))),
    }),
  );
  const rename = field({
    label: say('key'),
    hint: say('key-hint'),
    value: item.key,
    done: (value) => {
      if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(value) || model.items.some((other) => other.parent === item.parent && other.key === value)) return;
      let pointer = item.pointer;
      model.change(() => (pointer = model.rename(item, value)));
      world.select(pointer);
    },
  });
  const placeholder = field({ label: say('placeholder'), value: asText(model.option(item, 'placeholder')), done: (value) => model.change(() => put(model.reachUi(item), 'ui:placeholder', value)) });
  return [rename, placeholder, ...limits];
}

/** A field filled from the record that a register picker names: which picker, which column. */
function ofRegister(world: World, item: Item): HTMLElement[] {
  const { model } = world;
  const pickers = model.items.filter((each) => each.kind === 'register' && each.pointer !== item.pointer && item.pointer.startsWith(each.parent));
  const from = asText(model.uiOf(item)['qc:from']);
  if (!pickers.length || item.kind === 'section' || item.kind === 'table') return [];
  const choices: [string, string][] = [['', say('typed-by-hand')]];
  for (const picker of pickers) {
    const register = world.registers.find((each) => each.key === asText(model.option(picker, 'register')));
    for (const column of register?.columns ?? []) choices.push([`${picker.key}.${column.key}`, `${picker.title} → ${column.title}`]);
  }
  return [field({ label: say('filled-from'), value: from, options: choices, done: (value) => model.change(() => put(model.reachUi(item), 'qc:from', value)) })];
}

function rightsOf(world: World, item: Item): HTMLElement {
  const rows = Object.entries(world.rights()).map(([view, rights]) => el('tr', {}, el('th', { scope: 'row' }, view), el('td', {}, say(`right:${rights[item.pointer] ?? 'hidden'}`))));
  return el('details', {}, el('summary', {}, say('rights')), el('table', { class: 'table table-sm small' }, el('tbody', {}, ...rows)));
}

function options(schema: Obj): string[] | null {
  const holder = schema['type'] === 'array' && isObj(schema['items']) && !('properties' in schema['items']) ? schema['items'] : schema;
  if (Array.isArray(holder['enum'])) return holder['enum'].map(asText);
  if (Array.isArray(holder['oneOf']) && holder['oneOf'].every((each) => isObj(each) && 'const' in each)) {
    return holder['oneOf'].map((each) => (isObj(each) ? (each['title'] && each['title'] !== each['const'] ? `${asText(each['const'])}=${asText(each['title'])}` : asText(each['const'])) : ''));
  }
  return null;
}

/** One option a line; `value=text` shows another text than what is stored. */
function setOptions(schema: Obj, text: string): void {
  const holder = schema['type'] === 'array' && isObj(schema['items']) ? schema['items'] : schema;
  const pairs = [...new Set(text.split('\n').map((line) => line.trim()).filter(Boolean))].map((line) => {
    const cut = line.indexOf('=');
    return cut > 0 ? [line.slice(0, cut).trim(), line.slice(cut + 1).trim()] : [line, line];
  });
  const numeric = holder['type'] === 'integer' || holder['type'] === 'number';
  const value = (raw: string | undefined): Json => (numeric && raw !== undefined && raw !== '' && !Number.isNaN(Number(raw)) ? Number(raw) : (raw ?? ''));
  delete holder['enum'];
  delete holder['oneOf'];
  if (pairs.some(([stored, shown]) => stored !== shown)) holder['oneOf'] = pairs.map(([stored, shown]) => ({ const: value(stored), title: shown ?? '' }));
  else holder['enum'] = pairs.map(([stored]) => value(stored));
}

export function asText(value: Json | undefined): string {
  return value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
}
