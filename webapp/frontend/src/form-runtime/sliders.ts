// The number of a slider follows its knob.

export function showSliders(root: ParentNode): void {
  for (const shown of root.querySelectorAll<HTMLOutputElement>('output[data-qc-shows]')) {
    const slider = document.getElementById(shown.htmlFor.value);
    if (!(slider instanceof HTMLInputElement)) continue;
    const show = (): void => {
      shown.value = slider.value;
    };
    slider.addEventListener('input', show);
    show();
  }
}
