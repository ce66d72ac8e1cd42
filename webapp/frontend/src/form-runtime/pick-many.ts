// A select of several values becomes a list of ticks in folded groups; the select stays behind it and is what is sent.
import { labelOf, matcher, searchBox } from './filter-options.ts';
import { words } from './words.ts';

interface Line {
  readonly option: HTMLOptionElement;
  readonly tick: HTMLInputElement;
  readonly element: HTMLElement;
  readonly text: string;
}

interface Group {
  readonly fold: HTMLDetailsElement | null;
  readonly all: HTMLInputElement | null;
  readonly count: HTMLElement | null;
  readonly lines: readonly Line[];
}

const openUpTo = 20;
let numbers = 0;

export function tickManySelects(root: ParentNode): void {
  for (const select of root.querySelectorAll<HTMLSelectElement>('select[multiple]')) {
    if (!select.disabled && select.options.length > 1 && !select.dataset['ticked']) replace(select);
  }
}

function replace(select: HTMLSelectElement): void {
  select.dataset['ticked'] = '1';
  const label = labelOf(select);
  const box = document.createElement('div');
  box.className = 'pick-many';
  box.setAttribute('role', 'group');
  box.setAttribute('aria-label', label);
  for (const name of ['aria-describedby', 'aria-invalid']) {
    const value = select.getAttribute(name);
    if (value !== null && name !== 'aria-invalid') box.setAttribute(name, value);
  }
  const list = document.createElement('div');
  list.className = 'pick-list';
  list.tabIndex = 0;
  const groups = grouped(select, list);
  const lines = groups.flatMap((group) => group.lines);
  const { input, status } = searchBox(label, lines.length);
  const foot = document.createElement('div');
  foot.className = 'pick-foot';
  const told = document.createElement('span');
  told.setAttribute('role', 'status');
  const clear = document.createElement('button');
  clear.type = 'button';
  clear.className = 'btn btn-quiet btn-sm';
  clear.textContent = words.clear;
  foot.append(told, clear);
  box.append(...(lines.length > 10 ? [input, status] : []), list, foot);

  const show = (): void => {
    for (const { all, count, lines: own } of groups) {
      const chosen = own.filter(({ option }) => option.selected).length;
      if (all) {
        all.checked = chosen === own.length;
        all.indeterminate = chosen > 0 && chosen < own.length;
      }
      if (count) count.textContent = `${chosen} / ${own.length}`;
    }
    told.textContent = words.chosen(lines.filter(({ option }) => option.selected).length, lines.length);
  };
  const choose = (chosen: readonly Line[], on: boolean): void => {
    for (const { option, tick } of chosen) option.selected = tick.checked = on;
    show();
    select.dispatchEvent(new Event('input', { bubbles: true }));
    select.dispatchEvent(new Event('change', { bubbles: true }));
  };
  for (const line of lines) line.tick.addEventListener('change', () => choose([line], line.tick.checked));
  for (const { all, lines: own } of groups) {
    // While a search is on, "all" means all that is seen.
    all?.addEventListener('change', () => choose(own.filter(({ element }) => !element.hidden), all.checked));
  }
  clear.addEventListener('click', () => choose(lines, false));
  // The ticks speak through the select; their own events would count twice.
  for (const kind of ['input', 'change']) list.addEventListener(kind, (event) => event.stopPropagation());
  input.addEventListener('input', () => narrow(groups, input.value, status));
  show();
  // The error summary leads to the select's id: the list takes it over, the name stays with the select.
  box.id = select.id;
  select.removeAttribute('id');
  select.hidden = true;
  select.after(box);
}

function narrow(groups: readonly Group[], typed: string, status: HTMLElement): void {
  const matches = matcher(typed);
  let found = 0;
  for (const { fold, lines } of groups) {
    const seen = lines.filter(({ text }) => matches(text));
    for (const line of lines) line.element.hidden = !seen.includes(line);
    if (fold) {
      fold.hidden = seen.length === 0;
      fold.open = typed !== '' && seen.length > 0;
    }
    found += seen.length;
  }
  status.textContent = typed ? words.found(found) : '';
}

function grouped(select: HTMLSelectElement, list: HTMLElement): Group[] {
  const parents = [...new Set([...select.options].map((option) => option.parentElement ?? select))];
  return parents.map((parent) => {
    const options = [...parent.querySelectorAll<HTMLOptionElement>(':scope > option')];
    if (!(parent instanceof HTMLOptGroupElement)) {
      return { fold: null, all: null, count: null, lines: options.map((option) => addLine(list, option, '')) };
    }
    const fold = document.createElement('details');
    fold.open = options.some((option) => option.selected) || select.options.length <= openUpTo;
    const summary = document.createElement('summary');
    const count = document.createElement('span');
    count.className = 'muted';
    summary.append(parent.label, ' ', count);
    fold.append(summary);
    const all = addTick(fold, words.allOf(parent.label), 'pick-all');
    const lines = options.map((option) => addLine(fold, option, parent.label));
    list.append(fold);
    return { fold, all, count, lines };
  });
}

function addLine(parent: HTMLElement, option: HTMLOptionElement, group: string): Line {
  const tick = addTick(parent, option.text);
  tick.checked = option.selected;
  return { option, tick, element: tick.parentElement!, text: `${group} ${option.text}`.toLowerCase() };
}

function addTick(parent: HTMLElement, text: string, extra = ''): HTMLInputElement {
  const line = document.createElement('div');
  line.className = `form-check ${extra}`.trim();
  const tick = document.createElement('input');
  tick.type = 'checkbox';
  tick.className = 'form-check-input';
  tick.id = `pick-${++numbers}`;
  const label = document.createElement('label');
  label.className = 'form-check-label';
  label.htmlFor = tick.id;
  label.textContent = text;
  line.append(tick, label);
  parent.append(line);
  return tick;
}
