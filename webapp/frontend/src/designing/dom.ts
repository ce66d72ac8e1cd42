// Elements by function, icons from the sprite, and the words of the page, which the server translates.
type Attributes = { [name: string]: string | number | boolean | null | undefined | ((event: Event) => void) };

export function el<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...inside: (Node | string)[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name, value);
    else if (value === true) made.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, String(value));
  }
  made.append(...inside);
  return made;
}

export function icon(name: string): SVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', 'ico');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `${sprite()}#${name}`);
  svg.append(use);
  return svg;
}

function sprite(): string {
  const known = document.querySelector('use')?.getAttribute('href') ?? '';
  return known.slice(0, known.indexOf('#'));
}

export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no #${id}`);
  return found as T;
}

let words: { [key: string]: string } = {};
export function learn(given: { [key: string]: string }): void {
  words = given;
}
/** The page's words for `key`; `{name}` in them is filled in. */
export function say(key: string, facts: { [name: string]: string | number } = {}): string {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (hit, name: string) => String(facts[name] ?? hit));
}

export function announce(text: string): void {
  byId('said').textContent = text;
}

let count = 0;
interface Field {
  label: string;
  value?: string | undefined;
  hint?: string;
  type?: string;
  rows?: number;
  options?: readonly (readonly [string, string])[];
  done: (value: string) => void;
}
/** One labelled input of the side panel. */
export function field(given: Field): HTMLElement {
  const id = `p${(count += 1)}`;
  const attributes = { id, class: 'form-control form-control-sm', change: (event: Event) => given.done((event.target as HTMLInputElement).value) };
  let input: HTMLElement;
  if (given.options) {
    input = el('select', { ...attributes, class: 'form-select form-select-sm' }, ...given.options.map(([value, text]) => el('option', { value, selected: value === (given.value ?? '') }, text)));
  } else if (given.rows) {
    input = el('textarea', { ...attributes, rows: given.rows }, given.value ?? '');
  } else {
    input = el('input', { ...attributes, type: given.type ?? 'text', value: given.value ?? '', autocomplete: 'off' });
  }
  if (given.hint) input.setAttribute('aria-describedby', `${id}-h`);
  return el('div', {}, el('label', { class: 'form-label', for: id }, given.label), ...(given.hint ? [el('div', { class: 'form-text', id: `${id}-h` }, given.hint)] : []), input);
}

export function tick(label: string, on: boolean, done: (on: boolean) => void): HTMLElement {
  const id = `p${(count += 1)}`;
  const box = el('input', { class: 'form-check-input', type: 'checkbox', id, checked: on, change: (event) => done((event.target as HTMLInputElement).checked) });
  return el('div', { class: 'form-check' }, box, el('label', { class: 'form-check-label', for: id }, label));
}

export function button(name: string, text: string, act: () => void, attributes: Attributes = {}): HTMLButtonElement {
  return el('button', { type: 'button', class: 'btn btn-plain btn-sm', click: act, ...attributes }, icon(name), text);
}
