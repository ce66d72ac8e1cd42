// A link with data-dialog="id" leads to a page of its own; where that dialog is on this page, it opens instead.
// A button with data-print prints the page.

export function openDialogs(root: Document): void {
  root.addEventListener('click', (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const opener = target?.closest<HTMLElement>('[data-dialog]');
    if (opener) {
      const dialog = root.getElementById(opener.dataset['dialog']!);
      if (dialog instanceof HTMLDialogElement) {
        event.preventDefault();
        dialog.showModal();
      }
      return;
    }
    if (target?.closest('[data-print]')) {
      window.print();
      return;
    }
    const closer = target?.closest<HTMLElement>('[data-close]');
    const dialog = closer?.closest('dialog');
    if (dialog) {
      event.preventDefault();
      dialog.close();
    }
  });
}
