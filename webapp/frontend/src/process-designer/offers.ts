// What may be drawn: the server tells it from the engine's own list, so that nothing is offered that does not run.
import * as replaceable from 'bpmn-js/lib/features/replace/ReplaceOptions';

import { say } from '../designing/dom.ts';
import { list, type Moddle } from './model.ts';

export interface Offer {
  element: string;
  event: string;
  switch: string;
  name: string;
  bpmn: string;
  group: 'who' | 'path' | 'event' | 'picture';
  icon: string;
  first: boolean;
}
interface Target {
  type: string;
  eventDefinitionType?: string;
  triggeredByEvent?: boolean;
  instantiate?: boolean;
}

export class Offers {
  constructor(readonly all: readonly Offer[]) {}

  /** Those that stand on their own; switches of another are turned where that other is. */
  get drawable(): Offer[] {
    return this.all.filter((each) => !each.switch.includes('='));
  }

  /** The offer an element came from, or could have come from. */
  of(own: Moddle): Offer | undefined {
    const event = list(own, 'eventDefinitions')[0]?.$type ?? '';
    return this.find({ type: own.$type, eventDefinitionType: event, triggeredByEvent: own['triggeredByEvent'] === true, instantiate: own['instantiate'] === true });
  }

  find(target: Target): Offer | undefined {
    const element = target.type.replace('bpmn:', '');
    const event = (target.eventDefinitionType ?? '').replace('bpmn:', '');
    const on = target.triggeredByEvent ? 'triggeredByEvent' : target.instantiate ? 'instantiate' : '';
    return this.drawable.find((each) => title(each.element) === element && each.event === event && each.switch === on);
  }

  /** Name an element's kind in plain words. */
  kind(own: Moddle): string {
    return this.of(own)?.name ?? say(`type:${own.$type.replace('bpmn:', '')}`);
  }

  /** Sift the library's own menu: what does not run goes, what runs is called as everywhere else. */
  sifted<E extends { label?: string; title?: string }>(entries: { [id: string]: E }): { [id: string]: E } {
    const kept = Object.entries(entries).flatMap(([id, entry]) => {
      const target = TARGETS.get(id);
      if (!target || ['bpmn:Participant', 'bpmn:SequenceFlow'].includes(target.type)) return [[id, entry] as const];
      const offer = this.find(target);
      return offer ? [[id, { ...entry, label: offer.name, title: `BPMN: ${offer.bpmn}` }] as const] : [];
    });
    return Object.fromEntries(kept);
  }
}

export function typeOf(offer: Offer): string {
  return `bpmn:${title(offer.element)}`;
}

function title(element: string): string {
  return element.charAt(0).toUpperCase() + element.slice(1);
}

const TARGETS = new Map<string, Target>(
  Object.values(replaceable)
    .flatMap((each) => (Array.isArray(each) ? each : Object.values(each).flat()))
    .flatMap((each) => (each.target ? [[each.actionName, each.target] as const] : [])),
);
