// A choice of one level brings the next one at once; without a script the button beside the selects does it.
import { askServer } from './ask-server.ts';

export function narrowCascades(form: HTMLFormElement): void {
  form.addEventListener('change', (event) => {
    const select = event.target;
    if (!(select instanceof HTMLSelectElement)) return;
    const box = select.closest<HTMLElement>('[data-qc-cascade]');
    if (!box) return;
    const pointer = box.dataset['qcCascade'] ?? '';
    const level = [...box.querySelectorAll('select')].indexOf(select);
    // What was chosen below the changed level belongs to the old choice.
    for (const later of [...box.querySelectorAll('select')].slice(level + 1)) later.remove();
    void askServer(form, [`_pick:${pointer}`, '1'], false).then((fresh) => {
      const now = fresh?.querySelector(`[data-qc-cascade="${CSS.escape(pointer)}"]`);
      if (!now || !box.isConnected) return;
      box.replaceChildren(...[...now.childNodes].map((node) => document.importNode(node, true)));
      box.querySelectorAll('select')[select.value ? level + 1 : level]?.focus();
    });
  });
}
