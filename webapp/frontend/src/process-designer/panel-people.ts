// Who does a task and with which form; and what a process says about itself.
import { button, el, field, say, tick } from '../designing/dom.ts';
import { text, type Moddle } from './model.ts';
import { choices, formula, fresh, type Choice, type Place } from './panel.ts';

const OWN_UNIT = 'case.unit';

interface Candidate {
  how: string;
  role: string;
  unit: string;
  user: string;
}

export function candidates(place: Place): HTMLElement[] {
  const { diagram, named, element, own } = place;
  const now = diagram.extensions(own, 'qc:Candidate').map(read);
  if (!now.length) now.push({ how: '', role: '', unit: '', user: '' });
  const write = (): void => diagram.setExtensions(element, own, 'qc:Candidate', now.map(words).filter((each) => Object.keys(each).length));
  const roles = choices(named.roles);
  const row = (each: Candidate, index: number): HTMLElement => {
    const kinds = [['', '—'], ['role', say('by-role')], ['starter', say('by-starter')], ['user', say('by-user')]] as const;
    const parts = [
      field({
        label: say('who'),
        value: each.how,
        options: kinds,
        done: (value) => {
          each.how = value;
          // Whoever holds a role holds it in a unit: the one the case belongs to, unless another is said.
          if (value === 'role' && !each.unit) each.unit = OWN_UNIT;
          write();
        },
      }),
    ];
    if (each.how === 'role') {
      parts.push(field({ label: say('role'), value: each.role, options: roles, done: (value) => ((each.role = value), write()) }));
      parts.push(...unit(place, each.unit, (value) => ((each.unit = value), write())));
    }
    if (each.how === 'user') parts.push(formula(place, say('user'), each.user, (value) => ((each.user = value), write())));
    if (now.length > 1) parts.push(button('trash', say('drop'), () => (now.splice(index, 1), write())));
    return el('div', { class: 'rule stack' }, ...parts);
  };
  const more = button('plus-lg', say('another'), () => (now.push({ how: 'starter', role: '', unit: '', user: '' }), write()));
  return [el('fieldset', { class: 'stack' }, el('legend', { class: 'form-label fs-6' }, say('candidates')), ...now.map(row), el('div', {}, more))];
}

/** In which unit: that of the case, one a form names, a fixed one, or what a formula gives. */
function unit(place: Place, now: string, done: (value: string) => void): HTMLElement[] {
  const { named, texts } = place;
  const asked = texts.units.map((each) => [each.name, say('unit-asked', { title: each.title })] as const);
  const fixed = named.units.map((each) => [`"${each.key}"`, each.name] as const);
  const known: Choice[] = [[OWN_UNIT, say('unit-own')], ...asked, ...fixed];
  const listed = known.some(([value]) => value === now);
  return [
    field({ label: say('unit'), value: listed ? now : '', options: [...known, ['', say('unit-other')]], done: (value) => done(value || (listed ? '' : now)) }),
    ...(listed ? [] : [formula(place, say('unit-formula'), now, done, say('unit-hint'))]),
  ];
}

function read(found: Moddle): Candidate {
  const how = found['starter'] ? 'starter' : found['user'] ? 'user' : 'role';
  return { how, role: text(found['role']), unit: text(found['unit']), user: text(found['user']) };
}

function words(each: Candidate): { [word: string]: unknown } {
  if (each.how === 'starter') return { starter: 'true' };
  if (each.how === 'user') return each.user ? { user: each.user } : {};
  if (each.how === 'role') return { role: each.role || undefined, unit: each.unit || undefined };
  return {};
}

export function forms(place: Place): HTMLElement[] {
  const { diagram, named, element, own, newForm } = place;
  const set = (changed: { [name: string]: string }): void => diagram.setProperties(element, own, changed);
  const part = (form: string, view: string, look: string | null, label: string): HTMLElement[] => {
    const now = diagram.property(own, form);
    const chosen = named.forms.find((each) => each.key === now);
    const found = [
      field({
        label,
        value: now,
        options: choices(named.forms),
        done: (value) => {
          const next = named.forms.find((each) => each.key === value);
          set({ [form]: value, [view]: next?.views[0] ?? '', ...(look ? { [look]: next?.ui ?? '' } : {}) });
        },
      }),
    ];
    if (chosen?.views.length) found.push(field({ label: say('view'), value: diagram.property(own, view), options: chosen.views.map((each) => [each, each] as const), done: (value) => set({ [view]: value }) }));
    return found;
  };
  const variable = diagram.said(own, 'variableName');
  return [
    ...part('formJsonSchemaFilename', 'formView', 'formUiSchemaFilename', say('form')),
    el('a', { href: newForm, target: '_blank', rel: 'noopener' }, say('new-form')),
    field({ label: say('variable'), hint: say('variable-hint'), value: variable, done: (value) => diagram.say(element, own, 'variableName', value) }),
    el('details', { open: diagram.property(own, 'contextForm') !== '' }, el('summary', {}, say('context')), el('div', { class: 'stack mt-2' }, ...part('contextForm', 'contextView', null, say('context-form')))),
  ];
}

/** Lines of a name and a formula: values set, handed over or brought back. */
export function pairs(place: Place, type: string, legend: string, holder: Moddle = place.own): HTMLElement {
  const { diagram, element } = place;
  const now = diagram.extensions(holder, type).map((each) => ({ name: text(each.name), value: text(each['value']) }));
  const write = (): void => diagram.setExtensions(element, holder, type, now.filter((each) => each.name || each.value));
  const row = (each: { name: string; value: string }): HTMLElement =>
    el('div', { class: 'pair' }, field({ label: say('pair-name'), value: each.name, done: (value) => ((each.name = value), write()) }), formula(place, say('pair-value'), each.value, (value) => ((each.value = value), write())));
  return el('fieldset', {}, el('legend', { class: 'form-label fs-6' }, legend), ...[...now, fresh(now, { name: '', value: '' })].map(row));
}

export function processParts(place: Place): HTMLElement[] {
  const { diagram, named, element } = place;
  const process = diagram.process(element);
  if (!process) return [];
  const value = (type: string): string => text(diagram.extensions(process, type)[0]?.['value']);
  const set = (type: string, words: { [word: string]: unknown }[]): void => diagram.setExtensions(element, process, type, words);
  const starters = diagram.extensions(process, 'qc:Starter').map((each) => text(each['role']));
  const number = diagram.extensions(process, 'qc:Number')[0];
  const numbered = (word: string, next: string): void => {
    const changed: { [word: string]: unknown } = { template: number?.['template'], at: number?.['at'], scope: number?.['scope'], [word]: next || undefined };
    set('qc:Number', changed['template'] ? [Object.fromEntries(Object.entries(changed).filter(([, each]) => each))] : []);
  };
  const documentation = (process['documentation'] as Moddle[] | undefined)?.[0];
  return [
    field({ label: say('name'), value: text(process.name), done: (next) => diagram.setOn(element, process, { name: next }) }),
    field({ label: say('documentation'), value: text(documentation?.['text']), rows: 3, done: (next) => diagram.setOn(element, process, { documentation: next ? [diagram.create('bpmn:Documentation', process, { text: next })] : [] }) }),
    el('fieldset', {}, el('legend', { class: 'form-label fs-6' }, say('starters')), ...named.roles.map(({ key, name }) => tick(name, starters.includes(key), (on) => set('qc:Starter', (on ? [...starters, key] : starters.filter((each) => each !== key)).map((each) => ({ role: each })))))),
    field({ label: say('category'), hint: say('category-hint'), value: value('qc:Category'), done: (next) => set('qc:Category', next ? [{ value: next }] : []) }),
    formula(place, say('case-title'), value('qc:Title'), (next) => set('qc:Title', next ? [{ value: next }] : []), say('case-title-hint')),
    field({ label: say('number'), hint: say('number-hint'), value: text(number?.['template']), done: (next) => numbered('template', next) }),
    field({ label: say('number-at'), value: text(number?.['at']), done: (next) => numbered('at', next) }),
    pairs(place, 'qc:Fact', say('facts'), process),
  ];
}
