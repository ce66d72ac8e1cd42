// One text in FEEL: names are offered while it is typed, and what is wrong is told at once with its place.
import { el, say } from './dom.ts';
import type { Obj } from './json.ts';

export interface Reading {
  problem: { message: string; line: number; column: number } | null;
  /** The text as conditions to pick, if it has such a form. */
  model: Obj | null;
  /** When it would fire, if it is the text of a timer. */
  next: string[];
}
export interface Suggestion {
  text: string;
  title: string;
}
interface FeelField {
  label: string;
  value: string;
  hint?: string;
  rows?: number;
  suggest: () => readonly Suggestion[];
  read: (text: string) => Promise<Reading>;
  done: (value: string) => void;
}
const QUIET = 250;
const MOST = 8;
// The part of a name before the caret: letters of any script, digits, and dots between parts.
const WORD = /[\p{L}_][\p{L}\p{N}_.]*$/u;
let count = 0;

export function feelField(given: FeelField): HTMLElement {
  const id = `feel${(count += 1)}`;
  const area = el('textarea', { id, class: 'form-control form-control-sm mono', rows: given.rows ?? 2, spellcheck: 'false', autocomplete: 'off', 'aria-autocomplete': 'list', 'aria-controls': `${id}-l`, 'aria-describedby': `${id}-h ${id}-p` }, given.value);
  const menu = el('ul', { id: `${id}-l`, class: 'suggestions', role: 'listbox', 'aria-label': say('names'), hidden: true });
  const told = el('p', { id: `${id}-p`, class: 'feel-told', role: 'status' });
  let shown: Suggestion[] = [];
  let at = 0;
  let timer = 0;

  function close(): void {
    menu.hidden = true;
    shown = [];
    area.removeAttribute('aria-activedescendant');
  }
  function word(): string {
    return WORD.exec(area.value.slice(0, area.selectionStart))?.[0] ?? '';
  }
  function open(): void {
    const typed = word().toLowerCase();
    const all = typed ? given.suggest().filter((each) => each.text.toLowerCase() !== typed && (each.text.toLowerCase().includes(typed) || each.title.toLowerCase().includes(typed))) : [];
    shown = all.sort((one, two) => Number(two.text.toLowerCase().startsWith(typed)) - Number(one.text.toLowerCase().startsWith(typed))).slice(0, MOST);
    at = 0;
    if (!shown.length) return close();
    menu.hidden = false;
    draw();
  }
  function draw(): void {
    menu.replaceChildren(...shown.map((each, index) => el('li', { id: `${id}-o${index}`, role: 'option', 'aria-selected': String(index === at), mousedown: (event) => (event.preventDefault(), take(each)) }, el('span', { class: 'mono' }, each.text), ' ', el('small', {}, each.title))));
    area.setAttribute('aria-activedescendant', `${id}-o${at}`);
  }
  function take(each: Suggestion): void {
    const end = area.selectionStart;
    area.setRangeText(each.text, end - word().length, end, 'end');
    close();
    area.dispatchEvent(new Event('input'));
    close();
  }
  async function look(): Promise<void> {
    const text = area.value.trim();
    if (!text) return tell(null);
    tell(await given.read(text));
  }
  function tell(reading: Reading | null): void {
    const problem = reading?.problem ?? null;
    area.setAttribute('aria-invalid', String(problem !== null));
    told.className = `feel-told${problem ? ' t-red' : ''}`;
    told.textContent = problem ? say('feel-problem', problem) : reading?.next.length ? say('fires', { when: reading.next.join(say('comma')) }) : '';
  }

  area.addEventListener('input', () => {
    open();
    clearTimeout(timer);
    timer = setTimeout(() => void look(), QUIET);
  });
  area.addEventListener('keydown', (event) => {
    if (menu.hidden || event.isComposing) return;
    const chosen = shown[at];
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      at = (at + (event.key === 'ArrowDown' ? 1 : -1) + shown.length) % shown.length;
      draw();
    } else if (event.key === 'Enter' && chosen) take(chosen);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  area.addEventListener('blur', close);
  area.addEventListener('change', () => given.done(area.value.trim()));
  void look();
  return el('div', { class: 'feel' }, el('label', { class: 'form-label', for: id }, given.label), el('div', { class: 'form-text', id: `${id}-h` }, given.hint ?? ''), area, menu, told);
}
