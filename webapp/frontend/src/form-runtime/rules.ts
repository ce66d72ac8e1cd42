// Fields that appear, must be filled or are worked out by a rule follow at once: the server evaluates the rule.
import { askServer } from './ask-server.ts';

const pauseMs = 200;

export function followRules(form: HTMLFormElement, renew: (place: HTMLElement) => void): void {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;
  form.addEventListener('change', (event) => {
    const place = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-qc-pointer]') : null;
    if (!place || !concerns(form, place.dataset['qcPointer'] ?? '')) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const question = ++asked;
      void askServer(form, ['action', 'refresh'], false).then((fresh) => {
        // A later change has its own answer under way.
        if (fresh && question === asked) follow(form, fresh, renew);
      });
    }, pauseMs);
  });
}

/** Say whether some rule of the form names the field. */
function concerns(form: HTMLFormElement, pointer: string): boolean {
  const names = pointer.split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const field = names.filter((part) => part !== '' && !/^\d+$/.test(part)).at(-1);
  if (field === undefined) return false;
  for (const ruled of form.querySelectorAll<HTMLElement>('[data-qc-visible], [data-qc-required], [data-qc-computed], [data-qc-rule]')) {
    const { qcVisible = '', qcRequired = '', qcComputed = '', qcRule = '' } = ruled.dataset;
    if (`${qcVisible}\n${qcRequired}\n${qcComputed}\n${qcRule}`.includes(field)) return true;
  }
  return false;
}

function follow(form: HTMLFormElement, fresh: HTMLFormElement, renew: (place: HTMLElement) => void): void {
  const places = new Map<string, HTMLElement>();
  for (const place of fresh.querySelectorAll<HTMLElement>('[data-qc-pointer]')) {
    places.set(key(place), place);
  }
  for (const place of form.querySelectorAll<HTMLElement>('[data-qc-pointer]')) {
    const now = places.get(key(place));
    if (!now) continue;
    place.hidden = now.hidden;
    if (place.tagName === 'DT' && place.nextElementSibling instanceof HTMLElement) {
      place.nextElementSibling.hidden = now.hidden;
    }
    if (place.dataset['qcRequired'] !== undefined) exchange(place, now, 'label, legend, h2');
    if (place.dataset['qcComputed'] !== undefined) takeValue(place, now);
    // Options, set values and warnings change what stands in the place; what is being typed in is left alone.
    if (place.dataset['qcRule'] !== undefined && !place.contains(document.activeElement)) {
      place.replaceChildren(...[...now.childNodes].map((node) => document.importNode(node, true)));
      renew(place);
    }
  }
}

/** The same pointer stands on a section and on a list of it: the tag tells them apart. */
function key(place: HTMLElement): string {
  return `${place.tagName} ${place.dataset['qcPointer'] ?? ''}`;
}

function exchange(place: HTMLElement, now: HTMLElement, selector: string): void {
  const [old, fresh] = [place.querySelector(selector), now.querySelector(selector)];
  if (old && fresh) old.replaceChildren(...[...fresh.childNodes].map((node) => document.importNode(node, true)));
}

function takeValue(place: HTMLElement, now: HTMLElement): void {
  const inputs = 'input:not([type=hidden]), select, textarea';
  const [old, fresh] = [place.querySelector<HTMLInputElement>(inputs), now.querySelector<HTMLInputElement>(inputs)];
  if (old && fresh) {
    old.value = fresh.value;
    return;
  }
  const [shown, shownNow] = [place.nextElementSibling, now.nextElementSibling];
  if (place.tagName === 'DT' && shown && shownNow) {
    shown.replaceChildren(...[...shownNow.childNodes].map((node) => document.importNode(node, true)));
  }
}
