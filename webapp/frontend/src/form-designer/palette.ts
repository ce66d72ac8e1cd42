// The fields there are: searched by name, added by Enter or click, or dragged onto the paper.
import { byId, el, icon, say } from '../designing/dom.ts';
import { startDrag, type Drop } from './dragging.ts';
import type { FieldType, Part } from './model.ts';
import { STYLES, type Style } from './pages.ts';

export function palette(catalogue: FieldType[], fragments: Part[], language: 'zh' | 'en', drop: (part: Part, place: Drop | null) => void, pages: (style: Style) => void): { renew: (fragments: Part[]) => void } {
  const home = byId('parts');
  const find = byId<HTMLInputElement>('find');

  function entry(name: string, sign: string, part: Part): HTMLElement {
    let dragged = false;
    const press = (event: Event): void => {
      dragged = false;
      if ((event as PointerEvent).button !== 0) return;
      startDrag(event as PointerEvent, name, () => [...document.querySelectorAll<HTMLElement>('#paper [data-qc-pointer]')], (place) => {
        dragged = true;
        if (place) drop(part, place.pointer === '' && place.page === undefined ? null : place);
      });
    };
    const add = (): void => {
      if (!dragged) drop(part, null);
      dragged = false;
    };
    return el('li', { 'data-name': name.toLowerCase() }, el('button', { type: 'button', click: add, pointerdown: press }, icon(sign), name));
  }

  /** Tabs and steps are no fields: they divide the form, or add a page to it. */
  function page(name: string, sign: string, style: Style): HTMLElement {
    return el('li', { 'data-name': name.toLowerCase() }, el('button', { type: 'button', click: () => pages(style) }, icon(sign), name));
  }
  function fill(kept: Part[]): void {
    const groups = new Map<string, HTMLElement[]>();
    for (const type of catalogue) {
      const name = type.title[language];
      const part: Part = { title: name, key: type.key.replace(/-/g, '_'), schema: type.schema, ui: type.ui };
      const group = type.group[language];
      const style = STYLES.find((each) => each === type.key);
      const made = style ? page(name, type.icon, style) : entry(name, type.icon, part);
      groups.set(group, [...(groups.get(group) ?? []), made]);
    }
    if (kept.length) groups.set(say('kept'), kept.map((part) => entry(part.title, 'copy', { ...part, ui: { ...part.ui, 'qc:fragment': part.title } })));
    home.replaceChildren(...[...groups].flatMap(([group, entries]) => [el('h3', {}, group), el('ul', { class: 'parts' }, ...entries)]));
    sift();
  }
  function sift(): void {
    const wanted = find.value.trim().toLowerCase();
    for (const line of home.querySelectorAll<HTMLElement>('li')) line.hidden = !(line.dataset['name'] ?? '').includes(wanted);
    for (const list of home.querySelectorAll('ul')) {
      const none = [...list.children].every((line) => (line as HTMLElement).hidden);
      list.hidden = none;
      (list.previousElementSibling as HTMLElement).hidden = none;
    }
  }
  find.addEventListener('input', sift);
  find.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    home.querySelector<HTMLElement>('li:not([hidden]) button')?.click();
  });
  fill(fragments);
  return { renew: fill };
}
