// Where the path goes: conditions, what events wait for, repetition.
import { el, field, say, tick } from '../designing/dom.ts';
import { text, type Moddle } from './model.ts';
import { formula, short, type Place } from './panel.ts';

export function conditions({ diagram, element, own }: Place): HTMLElement[] {
  const source = own['sourceRef'] as Moddle | undefined;
  if (!source || !/ExclusiveGateway|InclusiveGateway|Task$|Activity$|SubProcess$/.test(source.$type)) return [];
  const now = own['conditionExpression'] as Moddle | undefined;
  const home = diagram.element(source.id ?? '');
  const isDefault = source['default'] === own;
  const found = [tick(say('default-flow'), isDefault, (on) => home && diagram.set(home, { default: on ? own : undefined }))];
  if (!isDefault) {
    found.unshift(
      formula(say('condition'), now?.['body'], (body) => diagram.set(element, { conditionExpression: body ? diagram.create('bpmn:FormalExpression', own, { body }) : undefined }), say('condition-hint')),
    );
  }
  return found;
}

export function events(place: Place): HTMLElement[] {
  const { diagram, element, own } = place;
  return (own['eventDefinitions'] as Moddle[]).flatMap((event) => {
    const kind = short(event);
    const reference = { MessageEventDefinition: ['messageRef', 'bpmn:Message'], SignalEventDefinition: ['signalRef', 'bpmn:Signal'], ErrorEventDefinition: ['errorRef', 'bpmn:Error'], EscalationEventDefinition: ['escalationRef', 'bpmn:Escalation'] }[kind];
    if (kind === 'TimerEventDefinition') return timer(place, event);
    if (kind === 'ConditionalEventDefinition') {
      const now = event['condition'] as Moddle | undefined;
      return [formula(say('condition'), now?.['body'], (body) => diagram.setOn(element, event, { condition: diagram.create('bpmn:FormalExpression', event, { body }) }))];
    }
    if (kind === 'LinkEventDefinition') return [field({ label: say('link'), value: text(event.name), done: (name) => diagram.setOn(element, event, { name }) })];
    if (!reference) return [];
    const [word = '', type = ''] = reference;
    const now = event[word] as Moddle | undefined;
    const found = [field({ label: say(`event:${kind}`), value: text(now?.['errorCode'] ?? now?.name), done: (name) => diagram.setOn(element, event, { [word]: name ? diagram.named(type, name) : undefined }) })];
    if (kind === 'MessageEventDefinition') {
      const key = diagram.extensions(own, 'qc:Correlation')[0]?.['value'];
      found.push(formula(say('correlation'), key, (value) => diagram.setExtensions(element, own, 'qc:Correlation', value ? [{ value }] : []), say('correlation-hint')));
    }
    return found;
  });
}

function timer({ diagram, element }: Place, event: Moddle): HTMLElement[] {
  const kinds = ['timeDuration', 'timeDate', 'timeCycle'] as const;
  const kind = kinds.find((each) => event[each]) ?? 'timeDuration';
  const body = text((event[kind] as Moddle | undefined)?.['body']);
  const write = (as: string, value: string): void => {
    const words: { [word: string]: unknown } = Object.fromEntries(kinds.map((each) => [each, undefined]));
    words[as] = diagram.create('bpmn:FormalExpression', event, { body: value });
    diagram.setOn(element, event, words);
  };
  return [
    field({ label: say('timer'), value: kind, options: kinds.map((each) => [each, say(`timer:${each}`)] as const), done: (as) => write(as, body) }),
    formula(say('timer-text'), body, (value) => write(kind, value), say('timer-hint')),
  ];
}

export function loops({ diagram, element, own }: Place): HTMLElement[] {
  const loop = own['loopCharacteristics'] as Moddle | undefined;
  if (loop?.$type !== 'bpmn:MultiInstanceLoopCharacteristics') return [];
  const part = (word: string): string => text((loop[word] as Moddle | undefined)?.id);
  // A reference to data by its name: the file needs no data object for it.
  const refer = (word: string, id: string): void => diagram.setOn(element, loop, { [word]: id ? diagram.create('bpmn:DataObject', loop, { id }) : undefined });
  const item = (word: string): string => text((loop[word] as Moddle | undefined)?.id);
  const name = (word: string, id: string): void => diagram.setOn(element, loop, { [word]: id ? diagram.create(word === 'inputDataItem' ? 'bpmn:DataInput' : 'bpmn:DataOutput', loop, { id, name: id }) : undefined });
  const formulaOf = (word: string): string => text((loop[word] as Moddle | undefined)?.['body']);
  const write = (word: string, body: string): void => diagram.setOn(element, loop, { [word]: body ? diagram.create('bpmn:FormalExpression', loop, { body }) : undefined });
  return [
    el(
      'fieldset',
      { class: 'stack' },
      el('legend', { class: 'form-label fs-6' }, say('loop')),
      tick(say('sequential'), loop['isSequential'] === true, (on) => diagram.setOn(element, loop, { isSequential: on })),
      field({ label: say('collection'), value: part('loopDataInputRef'), done: (value) => refer('loopDataInputRef', value) }),
      field({ label: say('item'), value: item('inputDataItem'), done: (value) => name('inputDataItem', value) }),
      field({ label: say('output'), value: part('loopDataOutputRef'), done: (value) => refer('loopDataOutputRef', value) }),
      field({ label: say('output-item'), value: item('outputDataItem'), done: (value) => name('outputDataItem', value) }),
      formula(say('cardinality'), formulaOf('loopCardinality'), (value) => write('loopCardinality', value)),
      formula(say('completion'), formulaOf('completionCondition'), (value) => write('completionCondition', value), say('completion-hint')),
    ),
  ];
}
