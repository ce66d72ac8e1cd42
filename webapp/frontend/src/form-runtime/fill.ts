// Rows copied in Excel and pasted into any cell of a table fill the table, as the box below it does without a script.

export function fillByPasting(form: HTMLFormElement): void {
  form.addEventListener('paste', (event) => {
    const cell = event.target;
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (!(cell instanceof HTMLInputElement) || !/[\t\n]/.test(text.trim())) return;
    const box = cell.closest('[data-qc-array]')?.querySelector<HTMLElement>('[data-qc-fill]');
    const area = box?.querySelector('textarea');
    const button = box?.querySelector('button');
    if (!area || !button) return;
    event.preventDefault();
    area.value = text;
    form.requestSubmit(button);
  });
}
