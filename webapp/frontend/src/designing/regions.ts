// Going about by keyboard: F6 leads from region to region, and a pane that is drawn anew gives the focus back.
import { byId } from './dom.ts';

const INPUTS = 'input, select, textarea, button, summary, a[href], [tabindex="0"]';
const TYPED = 'textarea, input:not([type=checkbox], [type=radio])';

/** Let F6 and Shift+F6 go round the regions; each names the element that takes the focus there, or nothing. */
export function goRound(regions: readonly (() => HTMLElement | null | undefined)[]): void {
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'F6') return;
    event.preventDefault();
    const homes = regions.map((region) => region()).filter((each) => each !== null && each !== undefined);
    const here = homes.findIndex((home) => home.closest('aside, [role=region]')?.contains(document.activeElement));
    homes[(here + (event.shiftKey ? -1 : 1) + homes.length) % homes.length]?.focus();
  });
}

/** The first input of a region that can be seen. */
export function firstInput(id: string): HTMLElement | undefined {
  return [...byId(id).querySelectorAll<HTMLElement>(INPUTS)].find((each) => each.offsetParent !== null);
}

/**
 * Draw a pane anew; what had the focus there has it again, told by its words and its number among alike.
 * While something typed there is not taken over yet the pane stays as it is.
 */
export function drawAgain(pane: HTMLElement, draw: () => void): void {
  if ([...pane.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(TYPED)].some((each) => each.value !== each.defaultValue)) return;
  const active = document.activeElement;
  if (!(active instanceof HTMLElement) || !pane.contains(active)) return draw();
  const words = wordsOf(active);
  const number = alike(pane, words).indexOf(active);
  draw();
  const now = alike(pane, words);
  const next = now[number] ?? now.at(-1);
  next?.closest('details')?.setAttribute('open', '');
  next?.focus();
}

/** What is changed in a pane counts as taken over, unless the input waits for a button (`data-waits`). */
export function takeOver(pane: HTMLElement): void {
  pane.addEventListener('change', (event) => {
    const input = event.target;
    if ((input instanceof HTMLInputElement || input instanceof HTMLTextAreaElement) && input.dataset['waits'] === undefined) input.defaultValue = input.value;
  });
}

function alike(pane: HTMLElement, words: string): HTMLElement[] {
  return [...pane.querySelectorAll<HTMLElement>(INPUTS)].filter((each) => wordsOf(each) === words);
}
function wordsOf(each: HTMLElement): string {
  return `${each.localName} ${each.getAttribute('aria-label') ?? each.id} ${each.localName === 'button' || each.localName === 'summary' ? each.textContent : ''}`;
}
