// What a clerk may add, in the words of an office, and the BPMN it is.
import { say } from '../designing/dom.ts';
import type { Offers } from '../process-designer/offers.ts';
import type { Kind } from './edits.ts';

export interface Choice {
  key: string;
  icon: string;
  kind?: Kind;
  split?: string;
}

const timer: Kind['words'] = (create, own) => {
  const event = create('bpmn:TimerEventDefinition', own);
  event['timeDuration'] = create('bpmn:FormalExpression', event, { body: 'P1D' });
  return { eventDefinitions: [event] };
};

/** Only what the engine runs today is offered. */
export function kinds(offers: Offers): Choice[] {
  const step = (key: string, icon: string, type: string, words?: Kind['words']): Choice => ({ key, icon, kind: { type, name: say(`card:${key}`), ...(words ? { words } : {}) } });
  const all: Choice[] = [
    step('approve', 'clipboard-check', 'bpmn:UserTask'),
    step('handle', 'person', 'bpmn:UserTask'),
    { key: 'condition', icon: 'signpost-2', split: 'bpmn:ExclusiveGateway' },
    { key: 'parallel', icon: 'layout-split', split: 'bpmn:ParallelGateway' },
    { key: 'several', icon: 'list-check', split: 'bpmn:InclusiveGateway' },
    step('sub', 'diagram-2', 'bpmn:CallActivity'),
    step('delay', 'hourglass-split', 'bpmn:IntermediateCatchEvent', timer),
    step('decision', 'table', 'bpmn:BusinessRuleTask'),
    step('compute', 'braces', 'bpmn:ScriptTask'),
    step('service', 'send', 'bpmn:ServiceTask'),
  ];
  const runs = (each: Choice): boolean => offers.find({ type: each.kind?.type ?? each.split ?? '', ...(each.key === 'delay' ? { eventDefinitionType: 'bpmn:TimerEventDefinition' } : {}) }) !== undefined;
  return all.filter(runs);
}
