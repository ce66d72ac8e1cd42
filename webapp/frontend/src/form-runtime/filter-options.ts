// A select with many options (558 villages) gets a search box above it that leaves only what matches.

const many = 30;

interface Option {
  readonly element: HTMLOptionElement;
  readonly parent: HTMLElement;
  readonly words: string;
}

export function filterLongSelects(root: ParentNode): void {
  for (const select of root.querySelectorAll('select')) {
    if (select.options.length >= many && !select.disabled) addSearch(select);
  }
}

function addSearch(select: HTMLSelectElement): void {
  const english = document.documentElement.lang === 'en';
  const options = [...select.options].map<Option>((element) => ({
    element,
    parent: element.parentElement!,
    words: `${element.text} ${element.dataset['hint'] ?? ''}`.toLowerCase(),
  }));
  const groups = [...select.querySelectorAll('optgroup')];
  const label = select.labels[0]?.firstChild?.textContent?.trim() ?? '';
  const input = document.createElement('input');
  input.type = 'search';
  input.className = 'form-control form-control-sm filter-options';
  input.placeholder = english ? `Search ${options.length} options` : `在 ${options.length} 项里找`;
  input.setAttribute('aria-label', english ? `Search the options of ${label}` : `在“${label}”的选项里找`);
  input.autocomplete = 'off';
  const status = document.createElement('span');
  status.className = 'visually-hidden';
  status.setAttribute('role', 'status');
  select.before(input, status);

  const narrow = (): void => {
    const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const kept = options.filter(
      // What is chosen, and the empty choice, never disappear: they would be lost when the form is sent.
      ({ element, words }) => element.selected || element.value === '' || wanted.every((word) => words.includes(word)),
    );
    for (const group of groups) group.replaceChildren();
    select.replaceChildren(...groups);
    for (const { element, parent } of kept) (parent === select ? select : parent).append(element);
    for (const group of groups) if (!group.firstElementChild) group.remove();
    status.textContent = wanted.length === 0 ? '' : english ? `${kept.length} match` : `找到 ${kept.length} 项`;
  };
  input.addEventListener('input', narrow);
  // Enter in the search box must not send the form.
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    select.focus();
  });
}
