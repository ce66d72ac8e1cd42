// Putting elements on the canvas, for the palette, the menus and the outline alike.
import { announce, say } from '../designing/dom.ts';
import type { Diagram, Element } from './model.ts';
import { typeOf, type Offer } from './offers.ts';

interface Point {
  x: number;
  y: number;
}
interface Shape extends Element {
  width: number;
  height: number;
}
interface Modeling {
  createShape: (shape: Shape, at: Point, parent: Element, hints?: { attach: boolean }) => Element;
  connect: (from: Element, to: Element) => Element | undefined;
}
const SUBPROCESSES = /^(subProcess|adHocSubProcess|transaction)$/;
const STEP = 20;

export class Drawing {
  constructor(private readonly diagram: Diagram) {}

  private get<T>(name: string): T {
    return this.diagram.modeler.get<T>(name);
  }
  private get modeling(): Modeling {
    return this.get<Modeling>('modeling');
  }

  shape(offer: Offer): Shape {
    const factory = this.get<{ createShape: (words: object) => Shape; createParticipantShape: () => Shape }>('elementFactory');
    if (offer.element === 'participant') return factory.createParticipantShape();
    return factory.createShape({
      type: typeOf(offer),
      ...(offer.event ? { eventDefinitionType: `bpmn:${offer.event}` } : {}),
      ...(offer.switch ? { [offer.switch]: true } : {}),
      ...(SUBPROCESSES.test(offer.element) ? { isExpanded: true } : {}),
    });
  }

  /** Tell whether an offer can stand behind (or, for a boundary event, on) an element. */
  follows(source: Element, offer: Offer): boolean {
    const type = source.type;
    if (offer.element === 'boundaryEvent') return /Task$|Activity$|SubProcess$|Transaction$/.test(type);
    if (offer.element === 'textAnnotation') return true;
    if (offer.group === 'picture' || offer.element === 'startEvent' || offer.switch === 'triggeredByEvent') return false;
    return /Task$|Activity$|SubProcess$|Transaction$|Gateway$|Event$/.test(type) && type !== 'bpmn:EndEvent';
  }

  append(source: Element, offer: Offer): Element {
    const shape = this.shape(offer);
    if (offer.element === 'boundaryEvent') {
      const host = source as Shape & Point;
      const there = (host.attachers ?? []).length;
      const made = this.modeling.createShape(shape, { x: host.x + host.width - 20 - there * 40, y: host.y + host.height }, host, { attach: true });
      return this.show(made);
    }
    const place = this.get<{ append: (source: Element, shape: Shape) => Element }>('autoPlace');
    // The library selects what it placed and lets its name be typed.
    const made = place.append(source, shape);
    announce(say('drawn'));
    return made;
  }

  /** Put an offer where there is room, near what is in sight. */
  place(offer: Offer, parent = this.home()): Element {
    const shape = this.shape(offer);
    const box = this.get<{ viewbox: () => Point & { width: number; height: number } }>('canvas').viewbox();
    const at = { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) };
    const others = this.get<{ filter: (test: (each: Element) => boolean) => (Shape & Point)[] }>('elementRegistry').filter((each) => 'width' in each && each.parent === parent);
    const taken = (): boolean => others.some((each) => Math.abs(each.x + each.width / 2 - at.x) < (each.width + shape.width) / 2 && Math.abs(each.y + each.height / 2 - at.y) < (each.height + shape.height) / 2);
    while (offer.element !== 'participant' && taken()) at.y += STEP;
    const made = this.modeling.createShape(shape, at, parent);
    this.get<{ scrollToElement: (element: Element) => void }>('canvas').scrollToElement(made);
    return this.show(made);
  }

  /** Behind what is chosen if that can be, else where there is room. */
  add(offer: Offer): Element {
    const [chosen, ...more] = this.selected();
    return chosen && !more.length && this.follows(chosen, offer) ? this.append(chosen, offer) : this.place(offer);
  }

  drag(event: Event, offer: Offer): void {
    this.get<{ start: (event: Event, shape: Shape) => void }>('create').start(event, this.shape(offer));
  }

  /** Those an arrow may lead to from here. */
  reachable(from: Element): Element[] {
    const rules = this.get<{ allowed: (rule: string, context: object) => unknown }>('rules');
    const all = this.get<{ filter: (test: (each: Element) => boolean) => Element[] }>('elementRegistry');
    return all.filter((each) => each !== from && each.type !== 'label' && !each.source && each !== this.diagram.root && Boolean(rules.allowed('connection.create', { source: from, target: each })));
  }

  connect(from: Element, to: Element): void {
    const made = this.modeling.connect(from, to);
    if (made) this.show(made);
  }

  selected(): Element[] {
    return this.get<{ get: () => Element[] }>('selection').get();
  }

  select(element: Element): void {
    this.get<{ select: (element: Element) => void }>('selection').select(element);
    this.get<{ scrollToElement: (element: Element) => void }>('canvas').scrollToElement(element);
  }

  remove(elements: Element[]): void {
    this.get<{ removeElements: (elements: Element[]) => void }>('modeling').removeElements(elements);
  }

  private home(): Element {
    const chosen = this.selected()[0];
    return chosen && /Participant$|Lane$|SubProcess$|Transaction$/.test(chosen.type) ? chosen : this.diagram.root;
  }

  private show(made: Element): Element {
    this.get<{ select: (element: Element) => void }>('selection').select(made);
    if (/Task$|Activity$|SubProcess$|Event$|Annotation$|Participant$/.test(made.type)) this.get<{ activate: (element: Element) => void }>('directEditing').activate(made);
    announce(say('drawn'));
    return made;
  }
}
