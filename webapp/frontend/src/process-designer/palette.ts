// The elements there are: pressed they follow what is chosen, dragged they go where they are dropped.
import { byId, el, icon, say } from '../designing/dom.ts';
import type { Drawing } from './drawing.ts';
import type { Offer, Offers } from './offers.ts';

const GROUPS = ['who', 'path', 'event', 'picture'] as const;
const FAR = 6;

export function palette(offers: Offers, drawing: Drawing): void {
  const entry = (offer: Offer): HTMLElement => {
    let from: PointerEvent | null = null;
    let dragged = false;
    const press = (event: Event): void => {
      dragged = false;
      from = (event as PointerEvent).button === 0 ? (event as PointerEvent) : null;
    };
    const move = (event: Event): void => {
      const at = event as PointerEvent;
      if (!from || Math.hypot(at.clientX - from.clientX, at.clientY - from.clientY) < FAR) return;
      from = null;
      dragged = true;
      (event.currentTarget as HTMLElement).releasePointerCapture(at.pointerId);
      drawing.drag(event, offer);
    };
    const leave = (): void => void (from = null);
    const add = (): void => {
      if (!dragged) drawing.add(offer);
      dragged = false;
    };
    return el('li', {}, el('button', { type: 'button', title: `BPMN: ${offer.bpmn}`, 'data-offer': offer.bpmn, click: add, pointerdown: press, pointermove: move, pointerup: leave }, icon(offer.icon), offer.name));
  };
  const lists = (some: readonly Offer[]): HTMLElement[] =>
    GROUPS.flatMap((group) => {
      const own = some.filter((each) => each.group === group);
      return own.length ? [el('h3', {}, say(`group:${group}`)), el('ul', { class: 'parts' }, ...own.map(entry))] : [];
    });
  const drawable = offers.drawable.filter((each) => each.element !== 'boundaryEvent');
  const rare = drawable.filter((each) => !each.first);
  byId('parts').replaceChildren(...lists(drawable.filter((each) => each.first)), el('details', { class: 'mt-3' }, el('summary', {}, say('more-elements')), ...lists(rare)));
}
