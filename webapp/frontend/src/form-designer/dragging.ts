// Dragging with any pointer (mouse, pen, finger): from the palette onto the paper, or a field to another place.
import { el, say } from '../designing/dom.ts';

export interface Drop {
  pointer: string;
  behind: boolean;
  inside: boolean;
  /** An empty page of the form, or the part of a page below its fields. */
  page?: number;
}

const FAR = 6;

/** Follow a pressed pointer; `done` gets the place it was let go at, or null beside all places. Escape gives up. */
export function startDrag(press: PointerEvent, title: string, places: () => HTMLElement[], done: (drop: Drop | null) => void): void {
  let ghost: HTMLElement | undefined;
  let drop: Drop | null = null;
  const slot = el('div', { class: 'slot' }, say('here'));

  const follow = (event: PointerEvent): void => {
    if (!ghost) {
      if (Math.hypot(event.clientX - press.clientX, event.clientY - press.clientY) < FAR) return;
      ghost = el('div', { class: 'ghost' }, title);
      document.body.append(ghost);
      document.body.classList.add('dragging');
    }
    event.preventDefault();
    ghost.style.translate = `${event.clientX + 12}px ${event.clientY + 8}px`;
    drop = show(event.clientX, event.clientY);
  };
  const show = (x: number, y: number): Drop | null => {
    slot.remove();
    const under = document.elementFromPoint(x, y);
    const paper = document.getElementById('paper');
    if (!paper || !under || !paper.parentElement?.contains(under)) return null;
    const page = under.closest<HTMLElement>('[data-qc-group]');
    const among = page ? places().filter((place) => page.contains(place)) : places();
    if (page && !among.length) {
      page.append(slot);
      return { pointer: '', behind: true, inside: false, page: Number(page.dataset['qcGroup']) };
    }
    const target = under.closest<HTMLElement>('[data-qc-pointer]') ?? nearest(among, y);
    if (!target) {
      paper.append(slot);
      return { pointer: '', behind: true, inside: false };
    }
    const box = target.getBoundingClientRect();
    const empty = !target.querySelector('[data-qc-pointer]') && target.matches('section, fieldset');
    const behind = y > box.top + box.height / 2;
    if (empty) target.append(slot);
    else target[behind ? 'after' : 'before'](slot);
    return { pointer: (target.dataset['qcPointer'] ?? '').replace(/\/\d+(?=\/|$)/g, '/*'), behind, inside: empty };
  };
  const stop = (event: Event): void => {
    const given = event.type === 'pointerup' && ghost !== undefined;
    document.removeEventListener('pointermove', follow);
    for (const type of ['pointerup', 'pointercancel', 'keydown']) document.removeEventListener(type, leave, true);
    ghost?.remove();
    slot.remove();
    document.body.classList.remove('dragging');
    if (given) done(drop);
  };
  const leave = (event: Event): void => {
    if (event.type === 'keydown' && (event as KeyboardEvent).key !== 'Escape') return;
    stop(event);
  };
  document.addEventListener('pointermove', follow);
  for (const type of ['pointerup', 'pointercancel', 'keydown']) document.addEventListener(type, leave, true);
}

function nearest(all: HTMLElement[], y: number): HTMLElement | undefined {
  const far = (node: HTMLElement): number => {
    const box = node.getBoundingClientRect();
    return Math.abs(y - (box.top + box.height / 2));
  };
  return all.length ? all.reduce((best, node) => (far(node) < far(best) ? node : best)) : undefined;
}
