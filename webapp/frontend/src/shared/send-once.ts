// A second click on "submit" while the first is on its way does nothing. The button is not disabled: its value is sent.

const patienceMs = 8000;

export function sendOnce(root: Document): void {
  root.addEventListener('submit', (event) => {
    const form = event.target;
    if (event.defaultPrevented || !(form instanceof HTMLFormElement) || form.getAttribute('method') !== 'post') return;
    const sentAt = Number(form.dataset['sentAt'] ?? 0);
    if (Date.now() - sentAt < patienceMs) {
      event.preventDefault();
      return;
    }
    form.dataset['sentAt'] = String(Date.now());
    form.setAttribute('aria-busy', 'true');
  });
  // A page taken from the back/forward cache starts afresh.
  window.addEventListener('pageshow', () => {
    for (const form of root.querySelectorAll<HTMLFormElement>('form[data-sent-at]')) {
      delete form.dataset['sentAt'];
      form.removeAttribute('aria-busy');
    }
  });
}
