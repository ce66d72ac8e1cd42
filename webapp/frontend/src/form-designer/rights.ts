// Who sees and who may change what: every field against every view, in one table.
import { button, byId, el, field, say } from '../designing/dom.ts';
import { copy, isObj, reach, renameMember } from '../designing/json.ts';
import type { Model } from './model.ts';

const RIGHTS = ['write', 'read', 'hidden'] as const;

export function rightsTable(model: Model, rights: { [view: string]: { [pointer: string]: string } }): void {
  const pane = byId('pane-rights');
  const views = Object.keys(rights);
  const cell = (view: string, pointer: string, title: string): HTMLElement => {
    const now = rights[view]?.[pointer] ?? 'hidden';
    const pick = el(
      'select',
      {
        class: 'form-select form-select-sm',
        'aria-label': say('right-of', { title, view }),
        change: (event) => {
          const item = model.item(pointer);
          if (item) model.change(() => model.setRight(view, item, (event.target as HTMLSelectElement).value));
        },
      },
      ...RIGHTS.map((right) => el('option', { value: right, selected: right === now }, say(`right:${right}`))),
    );
    return el('td', { class: `right-${now}` }, pick);
  };
  const head = views.map((view) =>
    el(
      'th',
      { scope: 'col' },
      el('span', { class: 'visually-hidden' }, view),
      el('div', { class: 'd-flex gap-1' }, el('input', { class: 'form-control form-control-sm', value: view, 'aria-label': say('rename-view', { view }), change: (event) => rename(view, (event.target as HTMLInputElement).value.trim()) }), button('trash', '', () => drop(view), { 'aria-label': say('drop-view', { view }) })),
    ),
  );
  const rows = model.items.map((item) => el('tr', {}, el('th', { scope: 'row', class: `in-${item.pointer.split('/').length - 1}` }, item.title), ...views.map((view) => cell(view, item.pointer, item.title))));
  const table = el('table', { class: 'table table-sm matrix' }, el('caption', { class: 'visually-hidden' }, say('matrix')), el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, say('field')), ...head)), el('tbody', {}, ...rows));

  let name = '';
  const add = field({ label: say('new-view'), hint: say('view-hint'), done: (value) => (name = value.trim()) });
  pane.replaceChildren(
    el('div', { class: 'paper wide stack' }, el('p', { class: 'muted m-0' }, say('matrix-hint')), el('div', { class: 'scroll-x', tabindex: '0', role: 'region', 'aria-label': say('matrix') }, table), el('div', { class: 'd-flex gap-2 align-items-end' }, add, button('plus-lg', say('add-view'), () => create()))),
  );

  function create(): void {
    if (!/^[\p{L}\w-]{1,40}$/u.test(name) || views.includes(name)) return;
    const first = views[0];
    model.change(() => {
      const all = reach(model.ui, ['qc:views']);
      const like = first === undefined ? undefined : all[first];
      all[name] = isObj(like) ? copy(like) : { '/**': 'write' };
    });
  }
  function rename(view: string, next: string): void {
    if (!next || next === view || views.includes(next)) return;
    model.change(() => renameMember(reach(model.ui, ['qc:views']), view, next));
  }
  function drop(view: string): void {
    model.change(() => {
      const all = reach(model.ui, ['qc:views']);
      delete all[view];
      if (Object.keys(all).length === 0) delete model.ui['qc:views'];
    });
  }
}
