// What an element is called when people talk about it: by its name, else by its kind and the named one beside it.
import { say } from '../designing/dom.ts';
import type { Element } from './model.ts';
import type { Offers } from './offers.ts';

const FAR = 3;

/** “审核”, “审核”后面的判断, 从“审核”到“办结”的连线; never an id. */
export function told(element: Element, offers: Offers, far = FAR): string {
  const own = element.businessObject;
  const name = own.name || (own['text'] as string | undefined);
  if (name) return say('told:named', { name: name.replace(/\s+/g, ' ').slice(0, 30) });
  const kind = offers.kind(own);
  if (far === 0) return kind;
  const beside = (next: Element): string => told(next, offers, far - 1);
  if (element.source && element.target) return say('told:flow', { from: beside(element.source), to: beside(element.target), kind });
  if (element.host) return say('told:on', { name: beside(element.host), kind });
  const before = element.incoming?.find((each) => each.type === 'bpmn:SequenceFlow')?.source;
  if (before && before !== element) return say('told:behind', { name: beside(before), kind });
  const next = element.outgoing?.find((each) => each.type === 'bpmn:SequenceFlow')?.target;
  if (next?.businessObject.name) return say('told:before', { name: beside(next), kind });
  return kind;
}
