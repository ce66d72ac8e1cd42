// Menus that say what may follow an element and where an arrow may lead; opened from the element, or by a key.
import { say } from '../designing/dom.ts';
import type { Drawing } from './drawing.ts';
import { told } from './naming.ts';
import type { Diagram, Element } from './model.ts';
import type { Offer, Offers } from './offers.ts';

interface Entry {
  label?: string;
  title?: string;
  className?: string;
  group?: string | { id: string; name: string };
  search?: string;
  rank?: number;
  action: unknown;
}
type Entries = { [id: string]: Entry };
interface Popup {
  open: (target: Element | Element[], id: string, position: { x: number; y: number }, options: object) => void;
  registerProvider: (id: string, priority: number, provider: object) => void;
}

export interface Menus {
  follow: (element: Element) => void;
  begin: () => void;
  connect: (element: Element) => void;
  replace: (element: Element) => void;
  align: (elements: Element[], at: DOMRect) => void;
}

export function menus(diagram: Diagram, offers: Offers, drawing: Drawing): Menus {
  const popup = diagram.modeler.get<Popup>('popupMenu');
  const pad = diagram.modeler.get<{ registerProvider: (priority: number, provider: object) => void }>('contextPad');
  const canvas = diagram.modeler.get<{ getGraphics: (element: Element) => SVGElement; getContainer: () => HTMLElement }>('canvas');

  const entry = (offer: Offer, act: () => void): Entry => ({
    label: offer.name,
    title: `BPMN: ${offer.bpmn}`,
    search: offer.bpmn,
    group: { id: offer.group, name: say(`group:${offer.group}`) },
    action: act,
  });
  const all = (some: Offer[], act: (offer: Offer) => void): Entries => Object.fromEntries(some.map((offer) => [`${offer.element}-${offer.event}-${offer.switch}`, entry(offer, () => act(offer))]));

  // The library's own entries are sifted last, whoever else adds to them.
  popup.registerProvider('bpmn-replace', 100, { getPopupMenuEntries: () => (entries: Entries) => offers.sifted(entries) });
  popup.registerProvider('qc-follow', 1000, { getPopupMenuEntries: (element: Element) => all(offers.drawable.filter((each) => drawing.follows(element, each)), (offer) => drawing.append(element, offer)) });
  popup.registerProvider('qc-begin', 1000, { getPopupMenuEntries: () => all(offers.drawable.filter((each) => each.element !== 'boundaryEvent'), (offer) => drawing.place(offer)) });
  popup.registerProvider('qc-connect', 1000, {
    getPopupMenuEntries: (element: Element): Entries => Object.fromEntries(drawing.reachable(element).map((each) => [each.id, { label: told(each, offers), action: () => drawing.connect(element, each) }])),
  });

  function open(target: Element, id: string, title: string): void {
    const home = (target === diagram.root ? canvas.getContainer() : canvas.getGraphics(target)).getBoundingClientRect();
    const inset = target === diagram.root ? home.width / 3 : home.width + 8;
    popup.open(target, id, { x: home.left + inset, y: home.top + (target === diagram.root ? 40 : 0) }, { title, width: 300, search: true });
  }
  const made: Menus = {
    follow: (element) => open(element, 'qc-follow', say('follow')),
    begin: () => open(diagram.root, 'qc-begin', say('begin')),
    connect: (element) => open(element, 'qc-connect', say('connect')),
    replace: (element) => open(element, 'bpmn-replace', say('replace')),
    align: (elements, at) => popup.open(elements, 'align-elements', { x: at.left, y: at.bottom + 4 }, { title: say('align'), width: 240 }),
  };

  pad.registerProvider(500, {
    getContextPadEntries: (element: Element) => (entries: Entries) => {
      const person = offers.find({ type: 'bpmn:UserTask' });
      const next = entries['append.append-task'];
      if (person && next) {
        const start = (event: Event): void => diagram.modeler.get<{ start: (event: Event, shape: unknown, context: object) => void }>('create').start(event, drawing.shape(person), { source: element });
        entries['append.append-task'] = { ...next, title: person.name, className: 'bpmn-icon-user-task', action: { click: () => drawing.append(element, person), dragstart: start } };
      }
      delete entries['append.intermediate-event'];
      if (offers.drawable.some((offer) => offer.element !== 'textAnnotation' && drawing.follows(element, offer))) entries['append.more'] = { group: 'model', className: 'pad-more', title: say('follow'), action: { click: () => made.follow(element) } };
      return entries;
    },
  });
  return made;
}
