// Time in plain words: so many working days, days, hours or minutes; anything else as a formula, with what comes of it.
import { el, field, say } from '../designing/dom.ts';
import { text, type Moddle } from './model.ts';
import { formula, type Place } from './panel.ts';

const UNITS = ['workdays', 'days', 'hours', 'minutes'] as const;
type Unit = (typeof UNITS)[number];
const SHAPES: { [unit in Unit]: RegExp } = {
  workdays: /^add working days\((?:now|today)\(\),\s*(\d+)\)$/,
  days: /^(?:duration\(")?P(\d+)D(?:"\))?$/,
  hours: /^(?:duration\(")?PT(\d+)H(?:"\))?$/,
  minutes: /^(?:duration\(")?PT(\d+)M(?:"\))?$/,
};

function spelled(unit: Unit, count: number, from: 'now' | 'today'): string {
  if (unit === 'workdays') return `add working days(${from}(), ${count})`;
  return `duration("${unit === 'days' ? `P${count}D` : `PT${count}${unit === 'hours' ? 'H' : 'M'}`}")`;
}

/** Say a time in words where it is so many of one unit, else as it stands. */
export function inWords(value: string): string {
  const unit = UNITS.find((each) => SHAPES[each].test(value));
  return unit ? `${SHAPES[unit].exec(value)?.[1] ?? ''} ${say(`span:${unit}`)}` : value;
}

/** How long: a number and a unit; a text of another shape stands as its formula alone. */
function span(value: string, from: 'now' | 'today', done: (value: string) => void): HTMLElement {
  const unit = UNITS.find((each) => SHAPES[each].test(value));
  const count = unit ? Number(SHAPES[unit].exec(value)?.[1]) : 0;
  const options = [['', value ? say('span:other') : '—'], ...UNITS.map((each) => [each, say(`span:${each}`)] as const)] as const;
  const pick = (next: string): void => done(next ? spelled(next as Unit, count || 1, from) : '');
  const number = field({ label: say('span-count'), type: 'number', value: unit ? String(count) : '', done: (next) => unit && Number(next) > 0 && done(spelled(unit, Math.floor(Number(next)), from)) });
  return el('div', { class: 'pair' }, ...(unit ? [number] : []), field({ label: say('span-unit'), value: unit ?? '', options, done: pick }));
}

export function due(place: Place): HTMLElement {
  const { diagram, element, own } = place;
  const value = text(diagram.extensions(own, 'qc:Due')[0]?.['value']);
  const write = (next: string): void => diagram.setExtensions(element, own, 'qc:Due', next ? [{ value: next }] : []);
  return el(
    'fieldset',
    { class: 'stack' },
    el('legend', { class: 'form-label fs-6' }, say('due')),
    span(value, 'today', write),
    el('details', { open: value !== '' && !UNITS.some((each) => SHAPES[each].test(value)) }, el('summary', {}, say('as-feel')), formula(place, say('due-formula'), value, write, say('due-hint'))),
  );
}

export function timer(place: Place, event: Moddle): HTMLElement[] {
  const { diagram, element } = place;
  const kinds = ['timeDuration', 'timeDate', 'timeCycle'] as const;
  const kind = kinds.find((each) => event[each]) ?? 'timeDuration';
  const body = text((event[kind] as Moddle | undefined)?.['body']);
  const write = (as: string, value: string): void => {
    const words: { [word: string]: unknown } = Object.fromEntries(kinds.map((each) => [each, undefined]));
    if (value) words[as] = diagram.create('bpmn:FormalExpression', event, { body: value });
    diagram.setOn(element, event, words);
  };
  // A duration and a date are both "after so long": working days name a moment, the others a time to wait.
  const wait = (value: string): void => write(value.startsWith('add working days') ? 'timeDate' : 'timeDuration', value);
  return [
    field({ label: say('timer'), value: kind, options: kinds.map((each) => [each, say(`timer:${each}`)] as const), done: (as) => write(as, as === 'timeCycle' && !body ? 'R/P1D' : body || 'P1D') }),
    ...(kind === 'timeCycle' ? [] : [span(body, 'now', wait)]),
    formula(place, say('timer-text'), body, (value) => write(kind, value), say('timer-hint'), kind),
  ];
}
