// A text field with suggestions (the matters of the lists) becomes a select: one sees what was chosen, not its key.

import { words } from './words.ts';

const truncatedAt = 1000;

export function selectListed(root: ParentNode): void {
  for (const input of root.querySelectorAll<HTMLInputElement>('input[list]')) {
    const list = input.list;
    if (!(list instanceof HTMLDataListElement) || input.disabled || input.readOnly) continue;
    // The server prints so many suggestions at most: there may be records that are not among them.
    if (list.options.length >= truncatedAt) continue;
    replace(input, list);
  }
}

function replace(input: HTMLInputElement, list: HTMLDataListElement): void {
  const select = document.createElement('select');
  for (const { name, value } of input.attributes) {
    if (!['type', 'list', 'value', 'placeholder', 'autocomplete', 'class'].includes(name)) select.setAttribute(name, value);
  }
  select.className = input.className.replace(/\bform-control(-sm)?\b/g, 'form-select$1');
  select.append(new Option(words.choose, ''));
  for (const { value, text } of list.options) select.append(new Option(text, value));
  // What was typed before and is no record stays, so that the message beside it makes sense.
  if (![...select.options].some(({ value }) => value === input.value)) select.append(new Option(input.value, input.value));
  select.value = input.value;
  list.remove();
  input.replaceWith(select);
}
