// Keys and types of all fields, and both files as text; what is typed counts once it is JSON.
import { announce, button, byId, el, say } from '../designing/dom.ts';
import type { Obj } from '../designing/json.ts';
import { isObj, type Json } from '../designing/json.ts';
import type { Model } from './model.ts';
import type { Finding } from './server.ts';

export function sourcePane(model: Model, findings: Finding[]): void {
  const rows = model.items.map((item) => el('tr', {}, el('th', { scope: 'row', class: 'mono' }, item.pointer), el('td', {}, item.title), el('td', {}, say(`kind:${item.kind}`)), el('td', {}, item.required ? say('required') : '')));
  const table = el('table', { class: 'table table-sm' }, el('caption', { class: 'visually-hidden' }, say('fields')), el('thead', {}, el('tr', {}, ...['field-key', 'title', 'kind', 'required'].map((key) => el('th', { scope: 'col' }, say(key))))), el('tbody', {}, ...rows));
  byId('pane-source').replaceChildren(
    el('div', { class: 'paper wide stack' }, el('div', { class: 'scroll-x', tabindex: '0', role: 'region', 'aria-label': say('fields') }, table), editor('JSON Schema', model.schema, (value) => model.change(() => (model.schema = value)), findings.filter((each) => !each.in_ui)), editor('uiSchema', model.ui, (value) => model.change(() => (model.ui = value)), findings.filter((each) => each.in_ui))),
  );
}

function editor(name: string, value: Obj, done: (value: Obj) => void, findings: Finding[]): HTMLElement {
  const id = `src-${name.replace(/\W/g, '').toLowerCase()}`;
  const area = el('textarea', { id, class: 'form-control mono', rows: 16, spellcheck: 'false', 'data-waits': true, 'aria-describedby': `${id}-e` });
  area.defaultValue = JSON.stringify(value, null, 2);
  const wrong = el('ul', { id: `${id}-e`, class: 'lint', 'aria-live': 'polite' }, ...findings.map((each) => el('li', { class: each.severity === 'error' ? 't-red' : 't-amber' }, `${each.pointer} ${each.message}`)));
  const use = (): void => {
    try {
      const read = JSON.parse(area.value) as Json;
      if (!isObj(read)) throw new SyntaxError(say('not-object'));
      area.defaultValue = area.value;
      done(read);
      announce(say('used'));
    } catch (error) {
      wrong.replaceChildren(el('li', { class: 't-red' }, say('not-json', { why: where(area.value, error) })));
    }
  };
  return el('div', {}, el('label', { class: 'form-label', for: id }, name), area, wrong, button('check2', say('use'), use));
}

/** Say the line a JSON error stands on, where the browser tells the position. */
function where(text: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const at = /position (\d+)/.exec(message)?.[1];
  return at === undefined ? message : say('at-line', { line: text.slice(0, Number(at)).split('\n').length });
}
