// An editor over the text area of rich text; what it makes is cleaned on the server like everything that is posted.
import { words } from './words.ts';

const tools: readonly (readonly [command: string, value: string | undefined, mark: string, name: keyof typeof words.rich])[] = [
  ['bold', undefined, 'B', 'bold'],
  ['italic', undefined, 'I', 'italic'],
  ['formatBlock', 'h3', 'H', 'heading'],
  ['formatBlock', 'p', '¶', 'paragraph'],
  ['insertUnorderedList', undefined, '•', 'list'],
  ['insertOrderedList', undefined, '1.', 'numbers'],
];

export function writeRich(root: ParentNode): void {
  for (const area of root.querySelectorAll<HTMLTextAreaElement>('textarea[data-qc-rich]')) {
    if (!area.hidden && !area.disabled && !area.readOnly) replace(area);
  }
}

function replace(area: HTMLTextAreaElement): void {
  const editor = document.createElement('div');
  editor.className = `${area.className} rich`;
  editor.contentEditable = 'true';
  editor.setAttribute('role', 'textbox');
  editor.setAttribute('aria-multiline', 'true');
  editor.setAttribute('aria-label', area.labels[0]?.firstChild?.textContent?.trim() ?? '');
  for (const name of ['aria-describedby', 'aria-invalid']) {
    const value = area.getAttribute(name);
    if (value !== null && name !== 'aria-invalid') editor.setAttribute(name, value);
  }
  // The server cleaned what stands here; a parsed document runs no script either way.
  const parsed = new DOMParser().parseFromString(asMarkup(area.value), 'text/html');
  editor.append(...[...parsed.body.childNodes].map((node) => document.importNode(node, true)));
  const bar = document.createElement('div');
  bar.className = 'rich-tools';
  bar.setAttribute('role', 'toolbar');
  bar.setAttribute('aria-label', words.rich.tools);
  for (const [command, value, mark, name] of tools) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'btn btn-quiet btn-sm';
    button.textContent = mark;
    button.setAttribute('aria-label', words.rich[name]);
    button.addEventListener('click', () => {
      editor.focus();
      document.execCommand(command, false, value);
      keep();
    });
    bar.append(button);
  }
  const keep = (): void => {
    area.value = editor.textContent?.trim() ? editor.innerHTML : '';
    area.dispatchEvent(new Event('change', { bubbles: true }));
  };
  editor.addEventListener('input', keep);
  // The error summary leads to the id: the editor takes it over, the name stays with the text area.
  editor.id = area.id;
  area.removeAttribute('id');
  area.hidden = true;
  area.before(bar, editor);
}

function asMarkup(text: string): string {
  if (/<(p|h3|h4|ul|ol|b|strong|i|em|u|s|a|table|blockquote|br|hr|sub|sup)[\s>]/i.test(text)) return text;
  const line = document.createElement('p');
  return text
    .split('\n')
    .map((part) => {
      line.textContent = part;
      return line.outerHTML;
    })
    .join('');
}
