// The pages of a form (`qc:groups`): headings, tabs or steps, and which field of the first level stands on which.
import { isObj, put, reach, type Obj } from '../designing/json.ts';

export const STYLES = ['headings', 'tabs', 'steps'] as const;
export type Style = (typeof STYLES)[number];
export interface Page {
  title: string;
  fields: string[];
}

/** How the pages stand; null when the form is one page. */
export function styleOf(ui: Obj): Style | null {
  if (!Array.isArray(ui['qc:groups'])) return null;
  const options = isObj(ui['ui:options']) ? ui['ui:options'] : {};
  const wished = ui['ui:groups'] ?? options['groups'];
  return wished === 'tabs' || wished === 'steps' ? wished : 'headings';
}

/** Set how pages stand; null takes them away, the fields stay. */
export function setStyle(ui: Obj, style: Style | null): void {
  delete ui['ui:groups'];
  const options = reach(ui, ['ui:options']);
  put(options, 'groups', style === null || style === 'headings' ? undefined : style);
  if (Object.keys(options).length === 0) delete ui['ui:options'];
  if (style === null) delete ui['qc:groups'];
  else if (!Array.isArray(ui['qc:groups'])) ui['qc:groups'] = [];
}

export function pagesOf(ui: Obj): Page[] {
  const stated = Array.isArray(ui['qc:groups']) ? ui['qc:groups'] : [];
  const taken = new Set<string>();
  return stated.map((each) => {
    const given = isObj(each) && Array.isArray(each['fields']) ? each['fields'].map(String) : [];
    const fields = given.filter((key) => !taken.has(key) && taken.add(key));
    return { title: isObj(each) && typeof each['title'] === 'string' ? each['title'] : '', fields };
  });
}

/** Write pages back and let the order of the form follow them; what is on no page stands before the first. */
export function write(ui: Obj, pages: Page[], order: string[]): void {
  const stated = Array.isArray(ui['qc:groups']) ? ui['qc:groups'] : [];
  const kept = new Set(order);
  const before = pagesOf(ui).map((page) => page.title);
  ui['qc:groups'] = pages.map(({ title, fields }) => {
    // What else is said about a page of this title stays with it.
    const old = stated[before.indexOf(title)];
    return { ...(isObj(old) ? old : {}), title, fields: fields.filter((key) => kept.has(key)) };
  });
  const seated = new Set(pages.flatMap((page) => page.fields));
  ui['ui:order'] = [...order.filter((key) => !seated.has(key)), ...pages.flatMap((page) => page.fields).filter((key) => kept.has(key))];
}

/** Take a key out of its page and seat it: beside another key, or at the end of a page (its number). */
export function seat(ui: Obj, order: string[], key: string, beside: string | number | null, behind: boolean): void {
  const pages = pagesOf(ui);
  for (const page of pages) page.fields = page.fields.filter((each) => each !== key);
  const rest = order.filter((each) => each !== key);
  const home = typeof beside === 'number' ? pages[beside] : pages.find((page) => beside !== null && page.fields.includes(beside));
  const row = home ? home.fields : rest;
  const at = typeof beside === 'string' ? row.indexOf(beside) + (behind ? 1 : 0) : row.length;
  row.splice(at, 0, key);
  write(ui, pages, home ? [...rest, key] : rest);
}

/** Move a key one place; at the end of a page it goes on to the next. False when it stands at that end of the form. */
export function step(ui: Obj, order: string[], key: string, by: number): boolean {
  const pages = pagesOf(ui);
  const at = pages.findIndex((page) => page.fields.includes(key));
  const home = pages[at];
  const row = home ? home.fields : order.filter((each) => !pages.some((page) => page.fields.includes(each)));
  const place = row.indexOf(key);
  const neighbour = row[place + by];
  if (neighbour !== undefined) {
    seat(ui, order, key, neighbour, by > 0);
    return true;
  }
  const next = pages[at + by];
  if (!next) return false;
  if (by > 0 && next.fields[0] !== undefined) seat(ui, order, key, next.fields[0], false);
  else seat(ui, order, key, at + by, true);
  return true;
}
