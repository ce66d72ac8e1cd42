// Draws a case's process where the page prints [data-diagram]; the words beside it stay for phones and without script.
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';

import { draw } from './draw.ts';
import { readData } from './marks.ts';

async function drawWhenSeen(figure: HTMLElement): Promise<void> {
  const data = readData(figure);
  const canvas = figure.querySelector<HTMLElement>('.diagram-canvas');
  if (!data || !canvas) return;
  figure.classList.add('is-drawn');
  try {
    await draw(figure, canvas, data);
    figure.dataset['ready'] = '1';
  } catch {
    // A process without a drawing, or one that cannot be read: the words say it all.
    figure.classList.remove('is-drawn');
    figure.dataset['ready'] = 'words';
  }
}

// Phones keep to the words: nothing is drawn until there is room for it.
const roomy = matchMedia('(min-width: 48rem)');

export function drawAll(): void {
  if (!roomy.matches && !matchMedia('print').matches) return;
  for (const figure of document.querySelectorAll<HTMLElement>('[data-diagram]:not([data-ready])')) {
    figure.dataset['ready'] = '';
    void drawWhenSeen(figure);
  }
}

drawAll();
roomy.addEventListener('change', drawAll);
