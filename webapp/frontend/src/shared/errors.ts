// The error summary takes the focus when the page has loaded; its links take it to the field itself.

export function focusErrors(root: Document): void {
  const summary = root.querySelector<HTMLElement>('[data-focus]');
  if (!summary) return;
  summary.focus();
  summary.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null;
    const field = link && root.getElementById(decodeURIComponent(link.getAttribute('href')!.slice(1)));
    if (!field) return;
    event.preventDefault();
    field.scrollIntoView({ block: 'center' });
    focusable(field).focus({ preventScroll: true });
  });
}

/** The field itself, or the first control inside when the link names a group. */
function focusable(field: HTMLElement): HTMLElement {
  if (field.matches('input, select, textarea, button')) return field;
  return field.querySelector<HTMLElement>('input:not([type=hidden]), select, textarea, button') ?? field;
}
