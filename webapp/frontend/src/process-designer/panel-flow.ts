// Where the path goes: conditions, what events wait for, repetition.
import { beginning, conditions, simple } from '../designing/conditions.ts';
import { el, field, say, tick } from '../designing/dom.ts';
import type { Reading } from '../designing/feel.ts';
import { post } from '../designing/talk.ts';
import { text, type Moddle } from './model.ts';
import { timer } from './panel-time.ts';
import { formula, short, type Place } from './panel.ts';

/** When a flow is taken: picked together where the text has that form, and always as the text itself. */
export function paths(place: Place): HTMLElement[] {
  const { diagram, element, own, texts } = place;
  const source = own['sourceRef'] as Moddle | undefined;
  if (!source || !/ExclusiveGateway|InclusiveGateway|ComplexGateway|Task$|Activity$|SubProcess$|Transaction$/.test(source.$type)) return [];
  const body = text((own['conditionExpression'] as Moddle | undefined)?.['body']);
  const home = diagram.element(source.id ?? '');
  const isDefault = source['default'] === own;
  const whether = tick(say('default-flow'), isDefault, (on) => home && diagram.set(home, { default: on ? own : undefined }));
  if (isDefault) return [whether];
  const write = (next: string): void => diagram.set(element, { conditionExpression: next ? diagram.create('bpmn:FormalExpression', own, { body: next }) : undefined });
  // The text is read before it is written, so that its lines stand there at once when the panel is drawn anew.
  const picked = (next: string): void => void texts.read(next).then(() => write(next));
  const asText = el('details', { open: body !== '' }, el('summary', {}, say('as-feel')), formula(place, say('condition'), body, write, say('condition-hint')));
  const lines = el('fieldset', { class: 'stack rule', hidden: true }, el('legend', { class: 'form-label fs-6' }, say('condition-lines')));
  const show = (reading: Reading): void => {
    if (!simple(reading.model)) return;
    lines.append(conditions({ model: reading.model, known: texts.known, url: texts.rule, write: picked }));
    lines.hidden = false;
    asText.open = false;
  };
  const already = body ? texts.readAlready(body) : undefined;
  if (already) show(already);
  else if (body) void texts.read(body).then(show);
  else {
    lines.append(begin(place, picked));
    lines.hidden = false;
  }
  return [lines, asText, whether];
}

/** Nothing is said yet: the first field picked begins a condition. */
function begin({ texts }: Place, write: (feel: string) => void): HTMLElement {
  if (!texts.known.length) return el('p', { class: 'muted m-0' }, say('no-names'));
  const pick = async (name: string): Promise<void> => {
    const known = texts.known.find((each) => each.name === name);
    if (!known) return;
    const { status, answer } = await post<{ feel?: string }>(texts.rule, beginning(known));
    if (status === 200 && answer.feel) write(answer.feel);
  };
  return field({ label: say('condition-field'), value: '', options: [['', '—'], ...texts.known.map((each) => [each.name, each.title] as const)], done: (name) => void pick(name) });
}

/** The message an event or a task is about, and what tells its receivers apart. */
export function message(place: Place, holder: Moddle): HTMLElement[] {
  const { diagram, element, own } = place;
  const now = holder['messageRef'] as Moddle | undefined;
  const key = diagram.extensions(own, 'qc:Correlation')[0]?.['value'];
  return [
    field({ label: say('event:MessageEventDefinition'), value: text(now?.name), done: (name) => diagram.setOn(element, holder, { messageRef: name ? diagram.named('bpmn:Message', name) : undefined }) }),
    formula(place, say('correlation'), key, (value) => diagram.setExtensions(element, own, 'qc:Correlation', value ? [{ value }] : []), say('correlation-hint')),
  ];
}

export function events(place: Place): HTMLElement[] {
  const { diagram, element, own } = place;
  return (own['eventDefinitions'] as Moddle[]).flatMap((event) => {
    const kind = short(event);
    const reference = { SignalEventDefinition: ['signalRef', 'bpmn:Signal'], ErrorEventDefinition: ['errorRef', 'bpmn:Error'], EscalationEventDefinition: ['escalationRef', 'bpmn:Escalation'] }[kind];
    if (kind === 'TimerEventDefinition') return timer(place, event);
    if (kind === 'MessageEventDefinition') return message(place, event);
    if (kind === 'ConditionalEventDefinition') {
      const now = event['condition'] as Moddle | undefined;
      return [formula(place, say('condition'), now?.['body'], (body) => diagram.setOn(element, event, { condition: diagram.create('bpmn:FormalExpression', event, { body }) }))];
    }
    if (kind === 'LinkEventDefinition') return [field({ label: say('link'), value: text(event.name), done: (name) => diagram.setOn(element, event, { name }) })];
    if (!reference) return [];
    const [word = '', type = ''] = reference;
    const now = event[word] as Moddle | undefined;
    return [field({ label: say(`event:${kind}`), value: text(now?.['errorCode'] ?? now?.name), done: (name) => diagram.setOn(element, event, { [word]: name ? diagram.named(type, name) : undefined }) })];
  });
}

/** Once, or once for each of a list: all at a time or one after the other. */
export function loops(place: Place): HTMLElement[] {
  const { diagram, element, own } = place;
  const loop = own['loopCharacteristics'] as Moddle | undefined;
  const several = loop?.$type === 'bpmn:MultiInstanceLoopCharacteristics' ? loop : undefined;
  if (loop && !several) return [];
  const now = several ? (several['isSequential'] === true ? 'sequential' : 'parallel') : 'once';
  const change = (how: string): void => {
    if (how === 'once') diagram.set(element, { loopCharacteristics: undefined });
    else if (several) diagram.setOn(element, several, { isSequential: how === 'sequential' });
    else diagram.set(element, { loopCharacteristics: diagram.create('bpmn:MultiInstanceLoopCharacteristics', own, { isSequential: how === 'sequential' }) });
  };
  const how = field({ label: say('loop'), value: now, options: ['once', 'parallel', 'sequential'].map((each) => [each, say(`loop:${each}`)] as const), done: change });
  return [how, ...(several ? repeated(place, several) : [])];
}

function repeated(place: Place, loop: Moddle): HTMLElement[] {
  const { diagram, element } = place;
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
      el('legend', { class: 'form-label fs-6' }, say('loop-list')),
      field({ label: say('collection'), value: part('loopDataInputRef'), done: (value) => refer('loopDataInputRef', value) }),
      field({ label: say('item'), value: item('inputDataItem'), done: (value) => name('inputDataItem', value) }),
      field({ label: say('output'), value: part('loopDataOutputRef'), done: (value) => refer('loopDataOutputRef', value) }),
      field({ label: say('output-item'), value: item('outputDataItem'), done: (value) => name('outputDataItem', value) }),
      formula(place, say('cardinality'), formulaOf('loopCardinality'), (value) => write('loopCardinality', value)),
      formula(place, say('completion'), formulaOf('completionCondition'), (value) => write('completionCondition', value), say('completion-hint')),
    ),
  ];
}
