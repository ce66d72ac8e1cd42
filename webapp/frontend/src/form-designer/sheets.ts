// The pages on the paper: all of them open, empty ones too; each is picked, moved and taken away like a field.
import { announce, button, el, say } from '../designing/dom.ts';
import type { Chosen } from './canvas.ts';
import type { Model } from './model.ts';

export interface Sheets {
  /** Open the pages the server drew and put those it left out where they belong. */
  lay: (paper: HTMLElement) => void;
  mark: (paper: HTMLElement) => void;
  add: () => void;
}

/** What the designer calls a chosen page: no pointer of a field begins like this. */
export function pageName(number: number): string {
  return `#${number}`;
}
/** The number of a page by its name; null for a field or for nothing. */
export function pageNumber(name: string | null): number | null {
  return name !== null && /^#\d+$/.test(name) ? Number(name.slice(1)) : null;
}

export function sheets(model: Model, chosen: Chosen): Sheets {
  function lay(paper: HTMLElement): void {
    const home = paper.querySelector('.qc-form') ?? paper;
    let last: Element | null = null;
    model.pages.forEach((page, number) => {
      const panel: HTMLElement = paper.querySelector<HTMLElement>(`[data-qc-group="${number}"]`) ?? empty(page.title, number);
      if (!panel.isConnected) {
        if (last) last.after(panel);
        else home.append(panel);
      }
      panel.hidden = false;
      head(panel, number);
      last = panel;
    });
    for (const bar of paper.querySelectorAll('[data-qc-steps]')) bar.remove();
    if (model.style !== null) home.append(el('div', { class: 'more-pages' }, button('plus-lg', say(`add-page:${model.style}`), add)));
  }

  function empty(title: string, number: number): HTMLElement {
    return el('section', { class: 'panel', 'data-qc-group': number }, el('header', {}, el('h2', {}, title)), el('div', { class: 'body' }, el('p', { class: 'muted m-0' }, say('empty-page'))));
  }

  function head(panel: HTMLElement, number: number): void {
    const header = panel.querySelector<HTMLElement>(':scope > header');
    const title = model.pages[number]?.title ?? '';
    if (!header) return;
    header.tabIndex = 0;
    header.dataset['page'] = String(number);
    header.setAttribute('role', 'group');
    header.setAttribute('aria-label', say('page-of', { number: number + 1, title }));
    header.addEventListener('keydown', (event) => {
      if (event.target !== header) return;
      const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (by !== undefined && event.altKey) move(number, by);
      else if (event.key === 'Enter' || event.key === ' ') chosen.select(pageName(number));
      else if (event.key === 'Delete') remove(number);
      else return;
      event.preventDefault();
    });
    header.addEventListener('click', (event) => {
      event.stopPropagation();
      if (!(event.target as Element).closest('.grip')) chosen.select(pageName(number));
    });
  }

  function mark(paper: HTMLElement): void {
    for (const header of paper.querySelectorAll<HTMLElement>('header[data-page]')) {
      const number = Number(header.dataset['page']);
      const on = chosen.pointer === pageName(number);
      header.classList.toggle('on', on);
      if (on) header.prepend(grip(number));
    }
  }
  function grip(number: number): HTMLElement {
    const title = model.pages[number]?.title ?? '';
    const tool = (name: string, label: string, act: () => void): HTMLElement => button(name, '', act, { class: '', 'aria-label': `${label} ${title}`, title: label });
    return el('div', { class: 'grip', role: 'group', 'aria-label': say('for-field', { title }) }, tool('arrow-up', say('up'), () => move(number, -1)), tool('arrow-down', say('down'), () => move(number, 1)), tool('trash', say('remove'), () => remove(number)));
  }

  function move(number: number, by: number): void {
    const title = model.pages[number]?.title ?? '';
    let moved = false;
    model.change(() => (moved = model.movePage(number, by)));
    chosen.select(pageName(moved ? number + by : number), true);
    announce(say(moved ? 'moved' : 'at-end', { title }));
  }
  function remove(number: number): void {
    const title = model.pages[number]?.title ?? '';
    model.change(() => model.removePage(number));
    chosen.select(null);
    announce(say('page-removed', { title }));
  }
  function add(): void {
    let number = 0;
    model.change(() => (number = model.addPage(say('page-title', { number: model.pages.length + 1 }))));
    chosen.select(pageName(number));
    announce(say('added', { title: model.pages[number]?.title ?? '' }));
  }
  return { lay, mark, add };
}
