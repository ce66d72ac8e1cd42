// What stands in the way of publishing, and what is asked although it is known already.
import { byId, el, icon, say } from '../designing/dom.ts';
import { put } from '../designing/json.ts';
import type { Model } from './model.ts';
import type { Alike, Drawn } from './server.ts';

export function lint(model: Model, drawn: Drawn, alike: Alike[], select: (pointer: string) => void): void {
  const line = (tone: string, sign: string, ...inside: (Node | string)[]): HTMLElement => el('li', { class: `t-${tone}` }, icon(sign), el('span', {}, ...inside));
  const found = drawn.findings.slice(0, 20).map((each) => {
    const item = model.item(each.pointer.replace(/\/(properties|items)(?=\/)/g, ''));
    const link = item ? [el('a', { href: '#', click: (event) => (event.preventDefault(), select(item.pointer)) }, say('go'))] : [];
    return line(each.severity === 'error' ? 'red' : 'amber', each.severity === 'error' ? 'exclamation-octagon-fill' : 'exclamation-triangle-fill', `${each.message} `, ...link);
  });
  const twice = alike.map((each) => {
    const words = say(each.where === 'register' ? 'alike-register' : 'alike-form', { title: each.title, owner: each.ownerTitle, column: each.columnTitle });
    const turn = el('button', { type: 'button', class: 'btn btn-link btn-sm p-0', click: () => fill(model, each) }, say('fill-it'));
    return line('amber', 'exclamation-triangle-fill', `${words} `, ...(each.where === 'register' && !each.pointer.includes('/*') ? [turn] : []));
  });
  const fine = [line('green', 'check-circle-fill', say('asked', { count: drawn.asked }))];
  if (!found.length) fine.push(line('green', 'check-circle-fill', say('no-findings')));
  byId('lint').replaceChildren(...found, ...twice, ...fine);
}

/** Turn a typed field into one filled from a register: a picker of that register stands before it. */
function fill(model: Model, alike: Alike): void {
  model.change(() => {
    const item = model.item(alike.pointer);
    if (!item) return;
    const there = model.items.find((each) => each.parent === item.parent && each.kind === 'register' && model.option(each, 'register') === alike.owner);
    let picker = there?.key;
    if (picker === undefined) {
      const part = { title: alike.ownerTitle, key: `${alike.owner}_row`, schema: { type: 'string' }, ui: { 'ui:widget': 'register', 'ui:options': { register: alike.owner } } };
      const pointer = model.add(part, item.parent, item.key);
      picker = pointer.slice(pointer.lastIndexOf('/') + 1);
      model.move({ ...item, pointer, key: picker }, -1);
    }
    put(model.reachUi(item), 'qc:from', `${picker}.${alike.column}`);
  });
}
