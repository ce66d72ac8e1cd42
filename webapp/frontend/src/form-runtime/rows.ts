// Buttons that add, remove or move rows work by a full submit; here only the form is exchanged, and the focus kept.
import { askServer } from './ask-server.ts';

const rowButton = /^_(add|remove|up|down|pick|fill):(.*)$/;

export function exchangeRows(form: HTMLFormElement, renew: (form: HTMLFormElement) => void): void {
  let native = false;
  form.addEventListener('submit', (event) => {
    const button = event.submitter;
    if (native || !(button instanceof HTMLButtonElement)) return;
    const [, action, pointer] = rowButton.exec(button.name) ?? [];
    if (action === undefined || pointer === undefined) return;
    event.preventDefault();
    form.setAttribute('aria-busy', 'true');
    void askServer(form, [button.name, button.value], true).then((fresh) => {
      form.removeAttribute('aria-busy');
      if (!fresh) {
        // Whatever stood in the way, the page itself will say it.
        native = true;
        form.requestSubmit(button);
        return;
      }
      form.replaceChildren(...fresh.childNodes);
      renew(form);
      focusAfter(form, action, pointer);
    });
  });
}

function focusAfter(form: HTMLFormElement, action: string, pointer: string): void {
  const cut = pointer.lastIndexOf('/');
  const table = action === 'add' ? pointer : pointer.slice(0, cut);
  const index = Number(pointer.slice(cut + 1));
  if (action === 'add') {
    const rows = [...form.querySelectorAll<HTMLElement>(`[data-qc-array="${CSS.escape(pointer)}"] [data-qc-row]`)];
    const input = rows.at(-1)?.querySelector<HTMLElement>('input:not([type=hidden]), select, textarea');
    if (input) return input.focus();
  }
  const wanted = {
    add: `_add:${table}`,
    fill: `_add:${pointer}`,
    remove: `_add:${table}`,
    up: `_up:${table}/${index - 1}`,
    down: `_down:${table}/${index + 1}`,
    pick: `_pick:${pointer}`,
  }[action];
  if (wanted !== undefined) form.querySelector<HTMLElement>(`button[name="${CSS.escape(wanted)}"]`)?.focus();
}
