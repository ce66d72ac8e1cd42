// What the texts of a diagram may name, and how the server reads them.
import { get, post } from '../designing/talk.ts';
import { say } from '../designing/dom.ts';
import type { Known } from '../designing/conditions.ts';
import type { Reading, Suggestion } from '../designing/feel.ts';
import { list, text, type Diagram, type Moddle } from './model.ts';

interface Field extends Known {
  kind: string;
}
interface Addresses {
  text: string;
  fields: string;
  rule: string;
  functions: string[];
}
const NOTHING: Reading = { problem: null, model: null, next: [] };
const ABOUT = ['case.unit', 'case.starter', 'case.number', 'case.started_at'] as const;

export class Texts {
  private readonly forms = new Map<string, Promise<Field[]>>();
  private readonly readings = new Map<string, Reading>();
  /** What is known now, by name; renewed after each change. */
  known: readonly Field[] = [];

  constructor(
    private readonly diagram: Diagram,
    private readonly given: Addresses,
  ) {}

  get rule(): string {
    return this.given.rule;
  }
  get units(): readonly Field[] {
    return this.known.filter((each) => each.kind === 'unit');
  }

  suggest(): Suggestion[] {
    const names = this.known.map((each) => ({ text: each.name, title: each.title === each.name ? '' : each.title }));
    const about = ABOUT.map((name) => ({ text: name, title: say(name) }));
    return [...names, ...about, ...this.given.functions.map((name) => ({ text: `${name}(`, title: say('function') }))];
  }

  async read(body: string, timer: string | null = null): Promise<Reading> {
    const key = `${timer ?? ''}|${body}`;
    const there = this.readings.get(key);
    if (there) return there;
    const { status, answer } = await post<Reading>(this.given.text, { text: body, names: this.known.map((each) => each.name), timer });
    if (status !== 200) return NOTHING;
    this.readings.set(key, answer);
    return answer;
  }
  /** A reading that was asked for before. */
  readAlready(body: string): Reading | undefined {
    return this.readings.get(`|${body}`);
  }

  /** Collect names anew: fields of the forms, values that steps set, what lookups, scripts and repetitions bring. */
  async renew(): Promise<void> {
    const found = new Map<string, Field>();
    const add = (name: string, title: string, from: Partial<Field> = {}): void => {
      if (name && !found.has(name)) found.set(name, { name, title: title || name, schema: {}, kind: '', ...from });
    };
    for (const own of this.elements()) {
      const variable = this.diagram.said(own, 'variableName');
      const form = this.diagram.property(own, 'formJsonSchemaFilename');
      const fields = form ? await this.fields(form) : [];
      if (variable) add(variable, own.name ?? '');
      for (const each of fields) add(variable ? `${variable}.${each.name}` : each.name, each.title, each);
      for (const type of ['qc:Set', 'qc:Output']) for (const each of this.diagram.extensions(own, type)) add(text(each.name), '');
      for (const each of this.diagram.extensions(own, 'qc:Lookup')) add(text(each['as']), '');
      for (const each of this.diagram.extensions(own, 'qc:Call')) add(text(each['result']), '');
      if (own.$type === 'bpmn:ScriptTask') for (const name of entries(text(own['script']))) add(name, own.name ?? '');
      const decision = own.$type === 'bpmn:BusinessRuleTask' ? this.diagram.said(own, 'calledDecisionId') : '';
      if (!variable) add(decision, own.name ?? '');
      const loop = own['loopCharacteristics'] as Moddle | undefined;
      add(text((loop?.['inputDataItem'] as Moddle | undefined)?.id), '');
      add(text((loop?.['loopDataOutputRef'] as Moddle | undefined)?.id), '');
    }
    this.known = [...found.values()];
    this.readings.clear();
  }

  private fields(form: string): Promise<Field[]> {
    const there = this.forms.get(form);
    if (there) return there;
    const asked = get<{ fields?: Field[] }>(`${this.given.fields}?form=${encodeURIComponent(form)}`).then((answer) => answer.fields ?? []);
    this.forms.set(form, asked);
    return asked;
  }
  private elements(): Moddle[] {
    const below = (holder: Moddle): Moddle[] => list(holder, 'flowElements').flatMap((each) => [each, ...below(each)]);
    return list(this.diagram.definitions, 'rootElements').filter((each) => each.$type === 'bpmn:Process').flatMap(below);
  }
}

/** The names a context gives at its outermost level: `{a: 1, b: {c: 2}}` gives a and b. */
function entries(script: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let quoted = false;
  let from = 0;
  for (let at = 0; at < script.length; at += 1) {
    const sign = script.charAt(at);
    if (sign === '"' && script.charAt(at - 1) !== '\\') quoted = !quoted;
    if (quoted) continue;
    if ('{[('.includes(sign)) depth += 1;
    if ('}])'.includes(sign)) depth -= 1;
    if ((sign === '{' || sign === ',') && depth === 1) from = at + 1;
    else if (sign === ':' && depth === 1 && from) {
      found.push(script.slice(from, at).trim().replace(/^"|"$/g, ''));
      from = 0;
    }
  }
  return found;
}
