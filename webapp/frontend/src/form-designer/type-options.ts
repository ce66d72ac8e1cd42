// What a type of field has to say about itself (`ui:options`), made of the catalogue's own schema of it.
import { el, field, say, tick } from '../designing/dom.ts';
import type { Json, Obj } from '../designing/json.ts';
import type { FieldType, Item, Model } from './model.ts';
import { asText, type World } from './properties.ts';

type Done = (value: Json | undefined) => void;

export function ofType(world: World, item: Item, kind: FieldType | undefined): HTMLElement[] {
  const { model } = world;
  return Object.entries(kind?.options.properties ?? {}).flatMap(([name, rule]) => {
    const label = asText(rule[world.language === 'en' ? 'title:en' : 'title']) || asText(rule['title']) || name;
    const done: Done = (next) => model.change(() => model.setOption(item, name, next));
    if (name === 'register') return [pick(label, model.option(item, name), world.registers.map((each) => [each.key, each.title] as const), done)];
    if (name === 'rowTitle') return [pick(label, model.option(item, name), columns(model, item), done)];
    if (name === 'totals') return totals(label, model, item, done);
    return one(label, rule, model.option(item, name), done, world.language);
  });
}

function one(label: string, rule: Obj, value: Json | undefined, done: Done, language: 'zh' | 'en'): HTMLElement[] {
  const listed = rule['enum'];
  if (Array.isArray(listed)) {
    const names = language === 'zh' && Array.isArray(rule['enumNames']) ? rule['enumNames'] : [];
    return [pick(label, value, listed.map((each, at) => [asText(each), asText(names[at]) || asText(each)] as const), done)];
  }
  switch (rule['type']) {
    case 'boolean': {
      const usual = rule['default'] === true;
      return [tick(label, (value ?? usual) === true, (on) => done(on === usual ? undefined : on))];
    }
    case 'integer':
    case 'number':
      return [field({ label, value: asText(value), type: 'number', done: (next) => done(next === '' ? undefined : Number(next)) })];
    case 'string':
      return [field({ label, value: asText(value), done: (next) => done(next || undefined) })];
    case 'array':
      return isTexts(rule, value) ? [lines(label, value, done)] : [];
    default:
      return [];
  }
}

function pick(label: string, value: Json | undefined, all: (readonly [string, string])[], done: Done): HTMLElement {
  return field({ label, value: asText(value), options: [['', '—'], ...all], done: (next) => done(next || undefined) });
}

function isTexts(rule: Obj, value: Json | undefined): boolean {
  const items = rule['items'];
  const said = typeof items === 'object' && items !== null && !Array.isArray(items) ? items['type'] : undefined;
  return said === 'string' && (value === undefined || (Array.isArray(value) && value.every((each) => typeof each === 'string')));
}

function lines(label: string, value: Json | undefined, done: Done): HTMLElement {
  const text = Array.isArray(value) ? value.map(asText).join('\n') : '';
  return field({ label, value: text, rows: 3, hint: say('one-a-line'), done: (next) => (next.trim() ? done(next.split('\n').map((line) => line.trim()).filter(Boolean)) : done(undefined)) });
}

function columns(model: Model, item: Item): (readonly [string, string])[] {
  return model.items.filter((each) => each.parent === `${item.pointer}/*`).map((each) => [each.key, each.title] as const);
}

/** The columns of figures, each to be added up or not. */
function totals(label: string, model: Model, item: Item, done: Done): HTMLElement[] {
  const value = model.option(item, 'totals');
  const now = Array.isArray(value) ? value.map(asText) : [];
  const figures = model.items.filter((each) => each.parent === `${item.pointer}/*` && FIGURES.has(each.kind));
  if (!figures.length) return [];
  const ticks = figures.map((each) =>
    tick(each.title, now.includes(each.key), (on) => {
      const next = on ? [...now, each.key] : now.filter((key) => key !== each.key);
      done(next.length ? next : undefined);
    }),
  );
  return [el('fieldset', {}, el('legend', { class: 'form-label fs-6' }, label), ...ticks)];
}

const FIGURES = new Set(['number', 'integer', 'money', 'decimal', 'percent', 'formula', 'updown']);
