// Test rows: inputs and the answer expected, kept in the file; the server's engine says how each comes out.
import { byId, button, el, icon, say } from '../designing/dom.ts';
import type { Model, Test } from './model.ts';

export interface Input {
  name: string;
  title: string;
  type: string | string[];
  enum?: unknown[] | null;
}
export interface Tried {
  inputs: Input[];
  outputs: { name: string; type: string }[];
  rows: { passed: boolean; value: unknown; matched: number[]; error: string }[];
  error: string;
}

/** Keep the table of test rows; `changed` is called after each edit. Returns how to show what the server said. */
export function trials(model: Model, changed: () => void): (tried: Tried) => void {
  let tried: Tried = { inputs: [], outputs: [], rows: [], error: '' };

  const tests = (): Test[] => {
    const decision = model.decision();
    return decision ? model.tests(decision) : [];
  };
  const write = (rows: Test[]): void => {
    const decision = model.decision();
    if (!decision) return;
    model.setTests(decision, rows);
    changed();
  };
  const edit = (row: number, act: (test: Test) => void): void => {
    const rows = tests();
    const test = rows[row];
    if (!test) return;
    act(test);
    write(rows);
  };

  function show(): void {
    const rows = tests();
    const several = tried.outputs.length > 1;
    const failed = tried.rows.filter((each) => !each.passed).length;
    byId('tests-note').textContent = !rows.length ? '' : failed ? say('tests-summary', { count: rows.length, failed }) : tried.rows.length === rows.length ? say('tests-all-good', { count: rows.length }) : '';
    byId<HTMLButtonElement>('add-test').disabled = !tried.inputs.length;
    if (!rows.length) return byId('tests').replaceChildren(el('p', { class: 'muted mb-0' }, tried.error || say(tried.inputs.length ? 'no-tests' : 'no-inputs')));
    const expected = several ? tried.outputs.map((each) => say('expected-of', { name: each.name })) : [say('expected')];
    const head = [...tried.inputs.map((each) => each.title), ...expected, say('got'), say('result')].map((title) => el('th', { scope: 'col' }, title));
    const table = el('table', { class: 'table trials' }, el('caption', { class: 'visually-hidden' }, byId('tests-h').textContent ?? ''));
    table.append(el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, '#'), ...head)), el('tbody', {}, ...rows.map(line)));
    byId('tests').replaceChildren(table);
  }

  function line(test: Test, row: number): HTMLElement {
    const came = tried.rows[row];
    const label = (name: string): string => say('cell-of', { row: row + 1, name });
    const inputs = tried.inputs.map((input) =>
      el('td', {}, cell(label(input.title), input.type, input.enum, test.given[input.name], (value) => edit(row, (each) => (value === undefined ? delete each.given[input.name] : (each.given[input.name] = value))))),
    );
    const whole = test.expected as { [name: string]: unknown } | null;
    const outputs =
      tried.outputs.length > 1
        ? tried.outputs.map(({ name, type }) => el('td', {}, cell(label(name), type, null, whole?.[name], (value) => edit(row, (each) => (each.expected = { ...(each.expected as object | null), [name]: value ?? null })))))
        : [el('td', {}, cell(label(say('expected')), tried.outputs[0]?.type ?? '', null, test.expected ?? undefined, (value) => edit(row, (each) => (each.expected = value ?? null))))];
    const take = button('check2', say('take-result'), () => edit(row, (each) => (each.expected = came?.value ?? null)));
    const got = !came ? ['…'] : came.error ? [came.error] : [words(came.value), el('small', { class: 'sub' }, came.matched.length ? say('rules-hit', { rules: came.matched.join('、') }) : say('no-rule-hit'))];
    const tone = came?.passed ? ['green', 'check-circle-fill', 'passed'] : ['red', 'x-octagon-fill', 'failed'];
    const verdict = came ? [el('span', { class: `chip t-${tone[0]}` }, icon(tone[1] ?? ''), say(tone[2] ?? ''))] : [];
    if (came && !came.passed && !came.error) verdict.push(take);
    const drop = button('trash', '', () => write(tests().filter((_, index) => index !== row)), { 'aria-label': say('drop-row', { row: row + 1 }) });
    return el('tr', {}, el('th', { scope: 'row' }, String(row + 1)), ...inputs, ...outputs, el('td', {}, ...got), el('td', {}, el('span', { class: 'acts' }, ...verdict, drop)));
  }

  byId('add-test').addEventListener('click', () => {
    write([...tests(), { name: '', given: {}, expected: null }]);
    show();
    byId('tests').querySelector<HTMLElement>('tbody tr:last-child input, tbody tr:last-child select')?.focus();
  });
  return (next) => {
    tried = next;
    // What somebody is typing into is not taken from under his hands.
    const busy = document.activeElement;
    const at = busy && byId('tests').contains(busy) ? busy.getAttribute('aria-label') : null;
    show();
    if (at) byId('tests').querySelector<HTMLElement>(`[aria-label="${CSS.escape(at)}"]`)?.focus();
  };
}

/** One value of a type: a choice, yes or no, a number, a text; structures are written as JSON. */
function cell(label: string, type: string | string[], choices: unknown[] | null | undefined, value: unknown, done: (value: unknown) => void): HTMLElement {
  const kind = String(type);
  const options = choices ?? (kind === 'boolean' ? [true, false] : null);
  if (options) {
    const pick = (event: Event): void => done(options[Number((event.target as HTMLSelectElement).value)]);
    return el('select', { class: 'form-select form-select-sm', 'aria-label': label, change: pick }, el('option', { value: '' }, '—'), ...options.map((each, index) => el('option', { value: index, selected: each === value }, words(each))));
  }
  const shown = value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  return el('input', { class: 'form-control form-control-sm', 'aria-label': label, value: shown, autocomplete: 'off', change: (event) => done(read((event.target as HTMLInputElement).value.trim(), kind)) });
}

function read(typed: string, kind: string): unknown {
  if (!typed) return undefined;
  if (kind === 'string' || /date|time|duration/i.test(kind)) return typed;
  try {
    return JSON.parse(typed) as unknown;
  } catch {
    return typed;
  }
}

function words(value: unknown): string {
  if (value === true || value === false) return say(String(value));
  return value === null ? '—' : typeof value === 'string' ? value : JSON.stringify(value);
}
