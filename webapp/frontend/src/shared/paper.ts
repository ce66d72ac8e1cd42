// A button that prints the page, and text that is there to be copied: one click takes it all.

export function printAndCopy(root: Document): void {
  for (const button of root.querySelectorAll<HTMLButtonElement>('button[data-print]')) {
    // Without script the browser's own menu prints; the button would do nothing.
    button.hidden = false;
    button.addEventListener('click', () => window.print());
  }
  for (const area of root.querySelectorAll<HTMLTextAreaElement>('textarea[data-copy]')) {
    area.addEventListener('focus', () => area.select());
  }
}
