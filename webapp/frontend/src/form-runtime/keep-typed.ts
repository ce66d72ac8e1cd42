// Leaving a form with text that was typed and not sent asks first; the browser words the question.

export function keepTyped(root: Document): void {
  const forms = root.querySelectorAll<HTMLFormElement>('form[data-keep]');
  for (const form of forms) {
    let changed = form.querySelector('.is-invalid') !== null;
    form.addEventListener('input', () => (changed = true));
    form.addEventListener('submit', () => (changed = false));
    window.addEventListener('beforeunload', (event) => {
      if (changed) event.preventDefault();
    });
  }
}
