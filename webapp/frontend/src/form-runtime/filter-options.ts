// A select with many options (246 matters, 558 villages) gets a search box above it that leaves only what matches.
import { words } from './words.ts';

const many = 30;

export interface Search {
  readonly input: HTMLInputElement;
  readonly status: HTMLElement;
}

export function filterLongSelects(root: ParentNode): void {
  for (const select of root.querySelectorAll('select')) {
    if (select.multiple || select.disabled || select.options.length < many || select.dataset['searched']) continue;
    select.dataset['searched'] = '1';
    addSearch(select);
  }
}

/** Build a search box and the hidden line that tells a screen reader how much was found. */
export function searchBox(label: string, count: number): Search {
  const input = document.createElement('input');
  input.type = 'search';
  input.className = 'form-control form-control-sm filter-options';
  input.placeholder = words.searchIn(count);
  input.setAttribute('aria-label', words.searchLabel(label));
  input.autocomplete = 'off';
  // Enter in the search box must not send the form.
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') event.preventDefault();
  });
  // What is typed here is not an answer: it must not count as a change of the form.
  for (const kind of ['input', 'change']) input.addEventListener(kind, (event) => event.stopPropagation());
  const status = document.createElement('span');
  status.className = 'visually-hidden';
  status.setAttribute('role', 'status');
  return { input, status };
}

/** Return the test for "every word typed occurs". */
export function matcher(typed: string): (text: string) => boolean {
  const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return (text) => wanted.every((word) => text.includes(word));
}

export function labelOf(select: HTMLSelectElement): string {
  return select.labels[0]?.firstChild?.textContent?.trim() ?? '';
}

function addSearch(select: HTMLSelectElement): void {
  const options = [...select.options].map((element) => ({
    element,
    parent: element.parentElement ?? select,
    text: element.text.toLowerCase(),
  }));
  const groups = [...select.querySelectorAll('optgroup')];
  const { input, status } = searchBox(labelOf(select), options.length);
  select.before(input, status);
  input.addEventListener('input', () => {
    const matches = matcher(input.value);
    // What is chosen, and the empty choice, never disappear: they would be lost when the form is sent.
    const kept = options.filter(({ element, text }) => element.selected || element.value === '' || matches(text));
    for (const group of groups) group.replaceChildren();
    select.replaceChildren(...groups);
    for (const { element, parent } of kept) parent.append(element);
    for (const group of groups) if (!group.firstElementChild) group.remove();
    status.textContent = input.value ? words.found(kept.length) : '';
  });
}
