// Leaving a form with text that was typed and not sent asks first; the browser words the question.

export function keepTyped(form: HTMLFormElement): void {
  let changed = form.querySelector('.is-invalid') !== null;
  form.addEventListener('input', () => (changed = true));
  form.addEventListener('submit', (event) => (changed = event.defaultPrevented));
  window.addEventListener('beforeunload', (event) => {
    if (changed) event.preventDefault();
  });
}
