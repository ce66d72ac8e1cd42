// The diagram as a list to read and choose from: in the order of the flow, with what hangs on each element below it.
import { byId, el, say } from '../designing/dom.ts';
import { told } from './naming.ts';
import type { Diagram, Element } from './model.ts';
import type { Offers } from './offers.ts';

interface Line {
  element: Element;
  level: number;
}
interface World {
  diagram: Diagram;
  offers: Offers;
  select: (element: Element) => void;
  /** Keys other than those that walk the list; true when they meant something. */
  key: (event: KeyboardEvent, element: Element) => boolean;
}

export function outline({ diagram, offers, select, key }: World): { renew: () => void; mark: (element: Element | undefined) => void } {
  const tree = byId('outline');
  let current: string | undefined;

  const item = ({ element, level }: Line): HTMLElement =>
    el('li', { role: 'treeitem', 'aria-level': level, tabindex: -1, 'data-element': element.id, 'aria-selected': 'false', click: () => select(element) }, element.businessObject.name || told(element, offers), ...(element.businessObject.name ? [el('small', {}, offers.kind(element.businessObject))] : []));

  function renew(): void {
    const held = tree.contains(document.activeElement);
    tree.replaceChildren(...lines(diagram.root).map(item));
    mark(current === undefined ? undefined : diagram.element(current), held);
  }

  function mark(element: Element | undefined, focus = false): void {
    current = element?.id;
    const all = [...tree.children] as HTMLElement[];
    const chosen = all.find((each) => each.dataset['element'] === current);
    for (const each of all) {
      each.setAttribute('aria-selected', String(each === chosen));
      each.tabIndex = -1;
    }
    const entry = chosen ?? all[0];
    if (entry) entry.tabIndex = 0;
    if (focus) entry?.focus();
    else chosen?.scrollIntoView({ block: 'nearest' });
  }

  tree.addEventListener('keydown', (event) => {
    const here = (event.target as Element | null as unknown as HTMLElement).closest<HTMLElement>('[role=treeitem]');
    const element = here && diagram.element(here.dataset['element'] ?? '');
    if (!here || !element) return;
    const next = { ArrowDown: here.nextElementSibling, ArrowUp: here.previousElementSibling, Home: tree.firstElementChild, End: tree.lastElementChild }[event.key];
    if (next !== undefined && !event.altKey) {
      event.preventDefault();
      const found = next && diagram.element((next as HTMLElement).dataset['element'] ?? '');
      if (!found) return;
      select(found);
      mark(found, true);
    } else if (key(event, element)) event.preventDefault();
  });
  tree.setAttribute('aria-label', say('outline'));
  return { renew, mark };
}

/** Walk from the starts along the flow; flows are listed where there is a choice between them or something written. */
function lines(root: Element): Line[] {
  const found: Line[] = [];
  const seen = new Set<Element>();
  const visit = (element: Element, level: number): void => {
    if (seen.has(element) || element.type === 'label' || element.source) return;
    seen.add(element);
    found.push({ element, level });
    for (const each of element.attachers ?? []) visit(each, level + 1);
    level_(element, level + 1);
    const flows = (element.outgoing ?? []).filter((each) => each.type === 'bpmn:SequenceFlow');
    for (const flow of flows) if (flows.length > 1 || flow.businessObject.name || flow.businessObject['conditionExpression']) found.push({ element: flow, level: level + 1 });
    for (const flow of flows) if (flow.target && flow.target.parent === element.parent) visit(flow.target, level);
  };
  const level_ = (parent: Element, level: number): void => {
    const children = (parent.children ?? []).filter((each) => !each.host);
    const starts = children.filter((each) => each.type === 'bpmn:StartEvent');
    const loose = children.filter((each) => !each.incoming?.length);
    for (const each of [...starts, ...loose, ...children]) visit(each, level);
  };
  level_(root, 1);
  return found;
}
