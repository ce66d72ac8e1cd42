// Rules from a spreadsheet: pasted or uploaded, read by the server, shown with what each column is, then accepted.
import { byId, button, el, icon, say } from '../designing/dom.ts';
import { post } from '../designing/talk.ts';
import type { Column } from './model.ts';

interface Proposal {
  rows: string[][];
  columns: Column[];
  rules: string[][];
  doubts: { row: number; column: number; text: string }[];
  message?: string;
}
export interface Table {
  columns: Column[];
  rules: string[][];
  how: 'replace' | 'add';
}

const ROLES = ['input', 'output', 'note', 'none'] as const;
const TYPES = ['string', 'number', 'boolean', 'date'] as const;
const SHOWN = 8;

/** Wire the import's panel; `accept` is given the table, and tells in words why it cannot take it. */
export function importing(url: string, accept: (table: Table) => Promise<string | undefined>): void {
  const place = byId('proposal');

  async function ask(body: { text?: string; rows?: string[][]; roles?: string[]; types?: string[] } | File): Promise<void> {
    try {
      const { status, answer } = body instanceof File ? await upload(url, body) : await post<Proposal>(url, body);
      if (status === 200) show(answer);
      else tell('amber', answer.message ?? say('no-answer'));
    } catch {
      tell('red', say('no-answer'));
    }
  }

  function tell(tone: string, words: string): void {
    place.replaceChildren(el('p', { class: `banner t-${tone}` }, icon('exclamation-triangle-fill'), words));
  }

  function show(found: Proposal): void {
    const again = (at: number, change: Partial<Column>): void => {
      const columns = found.columns.map((each, index) => (index === at ? { ...each, ...change } : each));
      void ask({ rows: found.rows, roles: columns.map((each) => each.role), types: columns.map((each) => each.type) });
    };
    const select = (label: string, value: string, all: readonly string[], prefix: string, done: (value: string) => void): HTMLElement =>
      el('select', { class: 'form-select form-select-sm', 'aria-label': label, change: (event) => done((event.target as HTMLSelectElement).value) }, ...all.map((each) => el('option', { value: each, selected: each === value }, say(`${prefix}:${each}`))));
    const lines = found.columns.map((column, at) =>
      el(
        'tr',
        {},
        el('th', { scope: 'row' }, column.title, column.role === 'input' && column.name !== column.title ? el('span', { class: 'sub mono' }, column.name) : ''),
        el('td', {}, select(say('role-of', { title: column.title }), column.role, ROLES, 'role', (role) => again(at, { role: role as Column['role'] }))),
        el('td', {}, column.role === 'input' || column.role === 'output' ? select(say('type-of', { title: column.title }), column.type, TYPES, 'type', (type) => again(at, { type })) : ''),
        el('td', { class: 'feel' }, found.rules[0]?.[at] ?? ''),
      ),
    );
    const heads = ['column', 'role', 'type', 'example'].map((each) => el('th', { scope: 'col' }, say(each)));
    const doubts = found.doubts.slice(0, SHOWN).map((each) => el('li', {}, say('doubt', { row: each.row, column: each.column, text: each.text })));
    const warning = found.doubts.length ? [el('div', { class: 'banner t-amber' }, icon('exclamation-triangle-fill'), el('div', {}, el('p', { class: 'mb-0' }, say('doubts', { count: found.doubts.length })), el('ul', { class: 'mb-0' }, ...doubts)))] : [];
    const take = async (how: Table['how']): Promise<void> => {
      if (!['input', 'output'].every((role) => found.columns.some((each) => each.role === role))) return tell('amber', say('no-columns'));
      const why = await accept({ columns: found.columns, rules: found.rules, how });
      if (why) tell('amber', why);
      else place.replaceChildren();
    };
    place.replaceChildren(
      el('p', { class: 'mb-2' }, say('import-read', { rules: found.rules.length })),
      el('div', { class: 'scroll-x', tabindex: 0, role: 'group', 'aria-label': say('column') }, el('table', { class: 'table' }, el('thead', {}, el('tr', {}, ...heads)), el('tbody', {}, ...lines))),
      ...warning,
      el('div', { class: 'acts' }, button('check2', say('use-table'), () => void take('replace')), button('plus-lg', say('add-rules'), () => void take('add'))),
    );
  }

  byId('read-paste').addEventListener('click', () => void ask({ text: byId<HTMLTextAreaElement>('paste').value }));
  byId('book').addEventListener('change', (event) => {
    const file = (event.target as HTMLInputElement).files?.[0];
    if (file) void ask(file);
  });
}

async function upload(url: string, file: File): Promise<{ status: number; answer: Proposal }> {
  const body = new FormData();
  body.append('file', file);
  const token = document.querySelector<HTMLInputElement>('.designing > input[name=csrf_token]')?.value ?? '';
  const reply = await fetch(url, { method: 'POST', headers: { Accept: 'application/json', 'X-CSRFToken': token }, body });
  return { status: reply.status, answer: (await reply.json().catch(() => ({}))) as Proposal };
}
