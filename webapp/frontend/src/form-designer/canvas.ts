// The paper: the form as the server draws it; fields are picked, moved and taken away, never filled in.
import { announce, button, byId, el, say } from '../designing/dom.ts';
import { startDrag, type Drop } from './dragging.ts';
import type { Item, Model, Part } from './model.ts';
import { pageName, pageNumber, sheets } from './sheets.ts';

export interface Canvas {
  show: (html: string) => void;
  mark: () => void;
  drop: (part: Part, place: Drop | null) => void;
  addPage: () => void;
}

export interface Chosen {
  pointer: string | null;
  select: (pointer: string | null, focus?: boolean) => void;
}

export function canvas(model: Model, chosen: Chosen): Canvas {
  const paper = byId('paper');
  const pages = sheets(model, chosen);
  const pointerOf = (node: Element | null): string | null => {
    const marked = node?.closest<HTMLElement>('#paper [data-qc-pointer]');
    return marked ? general(marked.dataset['qcPointer'] ?? '') : null;
  };

  paper.addEventListener('click', (event) => {
    const target = event.target as Element;
    if (target.closest('.grip, .more-pages')) return;
    event.preventDefault();
    chosen.select(pointerOf(target));
  });
  paper.addEventListener('submit', (event) => event.preventDefault());
  paper.addEventListener('keydown', (event) => {
    const here = pointerOf(event.target as Element);
    const item = model.item(here);
    if (!item || (event.target as Element).closest('.grip')) return;
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step !== undefined && event.altKey) {
      event.preventDefault();
      move(item, step);
    } else if (step !== undefined) {
      event.preventDefault();
      neighbour(here, step)?.focus();
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      chosen.select(here);
    } else if (event.key === 'Delete') {
      event.preventDefault();
      remove(item);
    } else if (event.ctrlKey || event.metaKey) {
      const act = { d: duplicate, c: hold, x: cut }[event.key.toLowerCase()];
      if (!act) return;
      event.preventDefault();
      act(item);
    }
  });
  byId('stage').addEventListener('keydown', (event) => {
    if (event.key.toLowerCase() !== 'v' || !(event.ctrlKey || event.metaKey) || (event.target as Element).matches('input, textarea, select')) return;
    const part = held();
    if (!part) return;
    event.preventDefault();
    drop(part, null);
  });
  paper.addEventListener('pointerdown', (event) => {
    const item = model.item(pointerOf(event.target as Element));
    if (!item || event.button !== 0 || (event.target as Element).closest('.grip button')) return;
    startDrag(event, item.title, places, (place) => {
      const target = place && model.item(place.pointer);
      const page = place?.page;
      let pointer = item.pointer;
      if (page !== undefined) model.change(() => (pointer = model.moveToPage(item, page)));
      else if (target) model.change(() => (pointer = model.moveBeside(item, target, place.behind)));
      else return;
      chosen.select(pointer);
      announce(say('moved', { title: item.title }));
    });
  });

  function places(): HTMLElement[] {
    return [...paper.querySelectorAll<HTMLElement>('[data-qc-pointer]')];
  }
  function neighbour(pointer: string | null, step: number): HTMLElement | undefined {
    const all = places();
    const at = all.findIndex((node) => general(node.dataset['qcPointer'] ?? '') === pointer);
    return all[at + step];
  }
  function move(item: Item, step: number): void {
    let moved = false;
    model.change(() => (moved = model.move(item, step)));
    chosen.select(item.pointer, true);
    announce(say(moved ? 'moved' : 'at-end', { title: item.title }));
  }
  function remove(item: Item): void {
    const next = general(neighbour(item.pointer, -1)?.dataset['qcPointer'] ?? '') || null;
    model.change(() => model.remove(item));
    chosen.select(next, true);
    announce(say('removed', { title: item.title }));
  }
  /** Remember a field for this and other forms of this browser. */
  function hold(item: Item): void {
    localStorage.setItem(HELD, JSON.stringify({ ...model.part(item), title: '' }));
    announce(say('held', { title: item.title }));
  }
  function cut(item: Item): void {
    hold(item);
    remove(item);
  }
  function duplicate(item: Item): void {
    let pointer = item.pointer;
    model.change(() => (pointer = model.duplicate(item)));
    chosen.select(pointer, true);
  }

  function mark(): void {
    for (const old of paper.querySelectorAll('.grip')) old.remove();
    for (const node of places()) {
      const on = general(node.dataset['qcPointer'] ?? '') === chosen.pointer;
      node.classList.toggle('on', on);
      if (on) node.setAttribute('aria-current', 'true');
      else node.removeAttribute('aria-current');
      const item = on ? model.item(chosen.pointer) : undefined;
      if (item) node.prepend(grip(item));
    }
    pages.mark(paper);
  }
  function grip(item: Item): HTMLElement {
    const tool = (name: string, label: string, act: () => void) => button(name, '', act, { class: '', 'aria-label': `${label} ${item.title}`, title: label });
    return el(
      'div',
      { class: 'grip', role: 'group', 'aria-label': say('for-field', { title: item.title }) },
      tool('arrow-up', say('up'), () => move(item, -1)),
      tool('arrow-down', say('down'), () => move(item, 1)),
      tool('copy', say('duplicate'), () => duplicate(item)),
      tool('trash', say('remove'), () => remove(item)),
    );
  }

  function show(html: string): void {
    const active = document.activeElement;
    const page = active instanceof HTMLElement && paper.contains(active) ? active.dataset['page'] : undefined;
    const held = page === undefined ? pointerOf(active) : pageName(Number(page));
    paper.innerHTML = html || `<p class="muted text-center">${escape(say(model.items.length ? 'cannot-draw' : 'empty'))}</p>`;
    for (const node of places()) {
      const item = model.item(general(node.dataset['qcPointer'] ?? ''));
      node.classList.add('drop');
      node.tabIndex = 0;
      if (node.localName === 'div') node.setAttribute('role', 'group');
      node.setAttribute('aria-label', item ? `${item.title}，${say(`kind:${item.kind}`)}${item.required ? `，${say('required')}` : ''}` : '');
      if (node.hidden) {
        node.hidden = false;
        node.classList.add('by-rule');
      }
    }
    // What is drawn is a picture of the form: its inputs take no focus and no clicks.
    for (const part of paper.querySelectorAll<HTMLElement>('input, select, textarea, button, a, summary, label')) part.inert = true;
    pages.lay(paper);
    mark();
    if (held !== null) focusOn(held);
  }
  function focusOn(pointer: string): void {
    const page = pageNumber(pointer);
    if (page !== null) return paper.querySelector<HTMLElement>(`header[data-page="${page}"]`)?.focus();
    places().find((node) => general(node.dataset['qcPointer'] ?? '') === pointer)?.focus({ preventScroll: false });
  }

  function drop(part: Part, place: Drop | null): void {
    const target = place ? model.item(place.pointer) : model.item(chosen.pointer);
    const page = place ? place.page : (pageNumber(chosen.pointer) ?? undefined);
    let pointer = '';
    model.change(() => {
      if (!target) pointer = model.add(part, '', null, page);
      else if ((target.kind === 'section' || target.kind === 'table') && (!place || place.inside)) pointer = model.add(part, target.pointer, null);
      else pointer = model.addBeside(part, target, place?.behind ?? true);
    });
    chosen.select(pointer);
    announce(say('added', { title: part.title || part.key }));
  }
  return { show, mark, drop, addPage: pages.add };
}

const HELD = 'qingche-field';

/** The field that was copied last, in this form or in another. */
function held(): Part | null {
  try {
    const part = JSON.parse(localStorage.getItem(HELD) ?? 'null') as Part | null;
    return part && typeof part.key === 'string' && typeof part.schema === 'object' && typeof part.ui === 'object' ? part : null;
  } catch {
    return null;
  }
}

/** The pointer of a place whatever the row: numbers of rows become `*`. */
export function general(pointer: string): string {
  return pointer.replace(/\/\d+(?=\/|$)/g, '/*');
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
