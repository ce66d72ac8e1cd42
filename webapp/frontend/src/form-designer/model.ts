// The form being drawn: schema and ui as they are published, with every step undoable. Knows no page.
import * as pages from './pages.ts';
import { copy, get, isObj, put, reach, renameMember, type Json, type Obj, type Path } from '../designing/json.ts';

export interface Item {
  pointer: string;
  schemaAt: string[];
  uiAt: string[];
  key: string;
  title: string;
  kind: string;
  required: boolean;
  parent: string;
  shared: boolean;
}
export interface FieldType {
  key: string;
  title: { zh: string; en: string };
  group: { key: string; zh: string; en: string };
  icon: string;
  schema: Obj;
  ui: Obj;
  options: { properties?: { [name: string]: Obj } };
}
export interface Part {
  title: string;
  key: string;
  schema: Obj;
  ui: Obj;
}
interface Body {
  schema: Obj;
  ui: Obj;
  pointer: string;
}

const STEPS = 200;
const RULES = ['qc:visible', 'qc:required', 'qc:readonly', 'qc:computed', 'qc:options'];
const LISTS = ['qc:checks', 'qc:set'];

export class Model {
  private past: string[] = [];
  private future: string[] = [];
  items: Item[] = [];

  constructor(
    public schema: Obj,
    public ui: Obj,
    private readonly changed: () => void,
  ) {}

  get canUndo(): boolean {
    return this.past.length > 0;
  }
  get canRedo(): boolean {
    return this.future.length > 0;
  }

  /** Do one undoable step. */
  change(step: () => void): void {
    const before = this.text();
    step();
    if (this.text() === before) return;
    this.past.push(before);
    if (this.past.length > STEPS) this.past.shift();
    this.future = [];
    this.changed();
  }

  undo(): void {
    this.turn(this.past, this.future);
  }
  redo(): void {
    this.turn(this.future, this.past);
  }

  item(pointer: string | null): Item | undefined {
    return pointer === null ? undefined : this.items.find((item) => item.pointer === pointer);
  }
  schemaOf(item: Item): Obj {
    return reach(this.schema, item.schemaAt);
  }
  /** The ui of a field for reading; writing goes through `reachUi`. */
  uiOf(item: Item): Obj {
    const found = get(this.ui, item.uiAt);
    return isObj(found) ? found : {};
  }
  reachUi(item: Item): Obj {
    return reach(this.ui, item.uiAt);
  }
  option(item: Item, name: string): Json | undefined {
    const ui = this.uiOf(item);
    const options = ui['ui:options'];
    return ui[`ui:${name}`] ?? (isObj(options) ? options[name] : undefined);
  }
  setOption(item: Item, name: string, value: Json | undefined): void {
    const ui = this.reachUi(item);
    delete ui[`ui:${name}`];
    const options = reach(ui, ['ui:options']);
    put(options, name, value);
    if (Object.keys(options).length === 0) delete ui['ui:options'];
  }

  /** Put a new field behind `after` (null: at the end of `parent`, or of a page of the form); returns its pointer. */
  add(part: Part, parent: string, after: string | null, page?: number): string {
    const body = this.body(parent);
    const names = reach(body.schema, ['properties']);
    const key = free(names, part.key.replace(/[^a-z0-9_]+/gi, '_'));
    const order = this.order(body);
    names[key] = { ...(part.title ? { title: part.title } : {}), ...copy(part.schema) };
    if (Object.keys(part.ui).length) body.ui[key] = copy(part.ui);
    const at = after === null ? order.length : order.indexOf(after) + 1;
    order.splice(at, 0, key);
    body.ui['ui:order'] = order;
    if (this.paged(body)) pages.seat(this.ui, order, key, page ?? after ?? this.pages.length - 1, true);
    return `${body.pointer}/${key}`;
  }

  remove(item: Item): void {
    const body = this.body(item.parent);
    const order = this.order(body).filter((key) => key !== item.key);
    const names = body.schema['properties'];
    if (isObj(names)) delete names[item.key];
    delete body.ui[item.key];
    body.ui['ui:order'] = order;
    if (this.paged(body)) pages.write(this.ui, this.pages, order);
    this.setRequired(item, false);
    this.eachView((rights) => {
      for (const pattern of Object.keys(rights)) if (under(pattern, item.pointer)) delete rights[pattern];
    });
  }

  /** Move a field among its neighbours; false when it stands at that end already. */
  move(item: Item, step: number): boolean {
    const body = this.body(item.parent);
    const order = this.order(body);
    if (this.paged(body)) return pages.step(this.ui, order, item.key, step);
    const at = order.indexOf(item.key);
    const to = at + step;
    if (to < 0 || to >= order.length) return false;
    order.splice(at, 1);
    order.splice(to, 0, item.key);
    body.ui['ui:order'] = order;
    return true;
  }

  /** Move a field behind or before another one of the same or another part; returns its new pointer. */
  moveBeside(item: Item, target: Item, behind: boolean): string {
    if (target.pointer === item.pointer || under(target.pointer, item.pointer)) return item.pointer;
    const part = this.part(item);
    const required = item.required;
    if (item.parent === target.parent) {
      const body = this.body(item.parent);
      if (this.paged(body)) pages.seat(this.ui, this.order(body), item.key, target.key, behind);
      else {
        const order = this.order(body).filter((key) => key !== item.key);
        order.splice(order.indexOf(target.key) + (behind ? 1 : 0), 0, item.key);
        body.ui['ui:order'] = order;
      }
      return item.pointer;
    }
    this.remove(item);
    const pointer = this.addBeside(part, target, behind);
    if (required) this.require(target.parent, pointer.slice(pointer.lastIndexOf('/') + 1));
    return pointer;
  }

  /** Put a new field before or behind another one. */
  addBeside(part: Part, target: Item, behind: boolean): string {
    const body = this.body(target.parent);
    if (this.paged(body)) {
      const pointer = this.add(part, target.parent, null);
      pages.seat(this.ui, this.order(body), pointer.slice(1), target.key, behind);
      return pointer;
    }
    const order = this.order(body);
    const before = order[order.indexOf(target.key) - 1] ?? null;
    const pointer = this.add(part, target.parent, behind ? target.key : before);
    if (!behind && before === null) this.toFront(target.parent, pointer);
    return pointer;
  }

  /** Seat a field of the first level at the end of a page; from deeper it is taken out. Returns its pointer. */
  moveToPage(item: Item, page: number): string {
    if (item.parent === '') {
      pages.seat(this.ui, this.order(this.body('')), item.key, page, true);
      return item.pointer;
    }
    const part = this.part(item);
    this.remove(item);
    return this.add(part, '', null, page);
  }

  get pages(): pages.Page[] {
    return pages.pagesOf(this.ui);
  }
  get style(): pages.Style | null {
    return pages.styleOf(this.ui);
  }
  /** Turn pages on, off or over; the first page gets all fields. */
  setStyle(style: pages.Style | null, title: string): void {
    const fresh = this.style === null;
    pages.setStyle(this.ui, style);
    if (style !== null && fresh) pages.write(this.ui, [{ title, fields: this.order(this.body('')) }], this.order(this.body('')));
  }
  addPage(title: string): number {
    pages.write(this.ui, [...this.pages, { title, fields: [] }], this.order(this.body('')));
    return this.pages.length - 1;
  }
  renamePage(number: number, title: string): void {
    const stated = this.ui['qc:groups'];
    const page = Array.isArray(stated) ? stated[number] : undefined;
    if (isObj(page)) page['title'] = title;
  }
  /** Move a page among the pages; false when it stands at that end. */
  movePage(number: number, step: number): boolean {
    const all = this.pages;
    const [page] = all.splice(number, 1);
    if (!page || number + step < 0 || number + step > all.length) return false;
    all.splice(number + step, 0, page);
    pages.write(this.ui, all, this.order(this.body('')));
    return true;
  }
  /** Take a page away; its fields go to the page before it, or to the one behind. */
  removePage(number: number): void {
    const all = this.pages;
    const [page] = all.splice(number, 1);
    const heir = all[Math.max(0, number - 1)];
    if (!page || !heir) return pages.setStyle(this.ui, null);
    heir.fields = number > 0 ? [...heir.fields, ...page.fields] : [...page.fields, ...heir.fields];
    pages.write(this.ui, all, this.order(this.body('')));
  }

  duplicate(item: Item): string {
    return this.add(this.part(item), item.parent, item.key);
  }

  part(item: Item): Part {
    return { title: '', key: item.key, schema: copy(this.schemaOf(item)), ui: copy(this.uiOf(item)) };
  }

  setRequired(item: Item, required: boolean): void {
    if (required) return this.require(item.parent, item.key);
    const body = this.body(item.parent);
    const needed = body.schema['required'];
    if (!Array.isArray(needed)) return;
    const rest = needed.filter((key) => key !== item.key);
    if (rest.length) body.schema['required'] = rest;
    else delete body.schema['required'];
  }

  /** Give a field another key; rules and rights follow. Returns the new pointer. */
  rename(item: Item, key: string): string {
    const body = this.body(item.parent);
    const order = this.order(body).map((name) => (name === item.key ? key : name));
    const required = item.required;
    this.setRequired(item, false);
    renameMember(reach(body.schema, ['properties']), item.key, key);
    if (item.key in body.ui) renameMember(body.ui, item.key, key);
    body.ui['ui:order'] = order;
    if (this.paged(body)) {
      const renamed = this.pages.map((page) => ({ ...page, fields: page.fields.map((name) => (name === item.key ? key : name)) }));
      pages.write(this.ui, renamed, order);
    }
    if (required) this.require(item.parent, key);
    const pointer = `${item.parent === '' ? '' : body.pointer}/${key}`;
    this.eachView((rights) => {
      for (const pattern of Object.keys(rights)) {
        if (under(pattern, item.pointer)) renameMember(rights, pattern, pointer + pattern.slice(item.pointer.length));
      }
    });
    renameInRules(this.ui, item.key, key);
    return pointer;
  }

  setRight(view: string, item: Item, right: string): void {
    const rights = reach(this.ui, ['qc:views', view]);
    for (const pattern of Object.keys(rights)) if (under(pattern, item.pointer)) delete rights[pattern];
    rights[item.pointer] = right;
  }

  private paged(body: Body): boolean {
    return body.pointer === '' && this.style !== null;
  }
  private require(parent: string, key: string): void {
    const body = this.body(parent);
    const needed = Array.isArray(body.schema['required']) ? body.schema['required'] : [];
    if (!needed.includes(key)) body.schema['required'] = [...needed, key];
  }
  private toFront(parent: string, pointer: string): void {
    const body = this.body(parent);
    const key = pointer.slice(pointer.lastIndexOf('/') + 1);
    body.ui['ui:order'] = [key, ...this.order(body).filter((name) => name !== key)];
  }
  private body(pointer: string): Body {
    if (pointer === '') return { schema: this.schema, ui: this.ui, pointer };
    const table = pointer.endsWith('/*');
    const item = this.item(table ? pointer.slice(0, -2) : pointer);
    if (!item) throw new Error(`no part ${pointer}`);
    const isTable = item.kind === 'table' || table;
    const tail: Path = isTable ? ['items'] : [];
    return {
      schema: reach(this.schema, [...item.schemaAt, ...tail]),
      ui: reach(this.ui, [...item.uiAt, ...tail]),
      pointer: isTable ? `${item.pointer}/*` : item.pointer,
    };
  }
  private order(body: Body): string[] {
    const names = isObj(body.schema['properties']) ? Object.keys(body.schema['properties']) : [];
    const stated = Array.isArray(body.ui['ui:order']) ? body.ui['ui:order'].map(String) : [];
    const first = stated.filter((key) => names.includes(key));
    return [...first, ...names.filter((key) => !first.includes(key))];
  }
  private eachView(act: (rights: Obj) => void): void {
    const views = this.ui['qc:views'];
    if (isObj(views)) for (const rights of Object.values(views)) if (isObj(rights)) act(rights);
  }
  private text(): string {
    return JSON.stringify([this.schema, this.ui]);
  }
  private turn(from: string[], to: string[]): void {
    const text = from.pop();
    if (text === undefined) return;
    to.push(this.text());
    [this.schema, this.ui] = JSON.parse(text) as [Obj, Obj];
    this.changed();
  }
}

function free(names: Obj, wish: string): string {
  const base = /^[a-z_]/i.test(wish) ? wish : `f_${wish}`;
  if (!(base in names)) return base;
  let number = 2;
  while (`${base}_${number}` in names) number += 1;
  return `${base}_${number}`;
}

function under(pattern: string, pointer: string): boolean {
  return pattern === pointer || pattern.startsWith(`${pointer}/`);
}

/** Follow a new key into the conditions of the form: whole names only, never inside quotes. */
function renameInRules(ui: Obj, from: string, to: string): void {
  const name = new RegExp(`("(?:[^"\\\\]|\\\\.)*")|(?<![\\p{L}\\p{N}_.])${from.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\p{L}\\p{N}_])`, 'gu');
  const renamed = (text: string): string => text.replace(name, (hit, quoted: string | undefined) => (quoted === undefined ? to : hit));
  for (const [key, value] of Object.entries(ui)) {
    if (RULES.includes(key) && typeof value === 'string') ui[key] = renamed(value);
    else if (LISTS.includes(key) && Array.isArray(value)) {
      for (const rule of value) if (isObj(rule)) for (const part of ['when', 'value']) if (typeof rule[part] === 'string') rule[part] = renamed(rule[part]);
    } else if (isObj(value)) renameInRules(value, from, to);
  }
}
