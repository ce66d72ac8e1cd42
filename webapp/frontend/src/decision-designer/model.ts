// What stands in the file beside what dmn-js draws: test rows, and tables filled from a spreadsheet.
import type Modeler from 'dmn-js/lib/Modeler';
import type { View } from 'dmn-js/lib/Modeler';

export interface Moddle {
  $type: string;
  $parent?: Moddle;
  id?: string;
  name?: string;
  // DMN's own words are many; what is read is checked where it is used.
  [word: string]: unknown;
}
export interface Column {
  title: string;
  role: 'input' | 'output' | 'note' | 'none';
  name: string;
  type: string;
}
export interface Test {
  name: string;
  given: { [input: string]: unknown };
  expected: unknown;
}

/** Our words in a decision file; everything else under extensionElements stays as it was. */
export const qc = {
  name: 'Qingche',
  prefix: 'qc',
  uri: 'urn:qingche:dmn:1',
  xml: { tagAlias: 'lowerCase' },
  associations: [],
  types: [{ name: 'Test', superClass: ['Element'], properties: ['name', 'given', 'expected'].map((name) => ({ name, isAttr: true, type: 'String' })) }],
};

export class Model {
  constructor(readonly modeler: Modeler) {}

  /** The decision in front, or the first of the file when the graph is. */
  decision(): Moddle | undefined {
    const own = this.modeler.getActiveView()?.element;
    if (own && own.$type !== 'dmn:Definitions') return own;
    return list(this.modeler.getDefinitions(), 'drgElement').find((each) => each.$type === 'dmn:Decision');
  }
  table(): Moddle | undefined {
    const logic = this.modeler.getActiveView()?.element['decisionLogic'] as Moddle | undefined;
    return logic?.$type === 'dmn:DecisionTable' ? logic : undefined;
  }
  view(wanted: (view: View) => boolean): View | undefined {
    return this.modeler.getViews().find(wanted);
  }

  tests(decision: Moddle): Test[] {
    return this.rows(decision).map((row) => ({ name: text(row.name), given: object(parsed(text(row['given']))), expected: parsed(text(row['expected'])) }));
  }
  setTests(decision: Moddle, tests: readonly Test[]): void {
    const there = decision['extensionElements'] as Moddle | undefined;
    const others = there ? list(there, 'values').filter((each) => each.$type !== 'qc:Test') : [];
    const home = there ?? this.create('dmn:ExtensionElements', decision);
    const made = tests.map((each) => this.create('qc:Test', home, { ...(each.name ? { name: each.name } : {}), given: JSON.stringify(each.given), expected: JSON.stringify(each.expected) }));
    home['values'] = [...others, ...made];
    decision['extensionElements'] = list(home, 'values').length ? home : undefined;
  }

  /** Put rules read from a spreadsheet into the table in front: in place of all, or below what is there. */
  fill(columns: readonly Column[], rules: readonly (readonly string[])[], how: 'replace' | 'add'): void {
    const table = this.table();
    const decision = this.modeler.getActiveView()?.element;
    if (!table || !decision) return;
    const at = (role: string): number[] => columns.flatMap((column, index) => (column.role === role ? [index] : []));
    const [inputs, outputs, notes] = [at('input'), at('output'), at('note')];
    if (how === 'replace') {
      this.heads(decision, table, columns, inputs, outputs);
      table['rule'] = [];
    }
    const made = rules.map((cells) => {
      const rule = this.create('dmn:DecisionRule', table, { id: this.id('DecisionRule_') });
      const cell = (type: string, index: number): Moddle => this.create(type, rule, { id: this.id(type === 'dmn:UnaryTests' ? 'UnaryTests_' : 'LiteralExpression_'), text: dash(type, cells[index] ?? '') });
      rule['inputEntry'] = inputs.map((index) => cell('dmn:UnaryTests', index));
      rule['outputEntry'] = outputs.map((index) => cell('dmn:LiteralExpression', index));
      const note = notes.map((index) => cells[index]).filter(Boolean).join(' ');
      if (note) rule['description'] = note;
      return rule;
    });
    table['rule'] = [...list(table, 'rule'), ...made];
  }

  private heads(decision: Moddle, table: Moddle, columns: readonly Column[], inputs: number[], outputs: number[]): void {
    const head = (index: number): Column => columns[index] as Column;
    table['input'] = inputs.map((index) => {
      const { title, name, type } = head(index);
      const clause = this.create('dmn:InputClause', table, { id: this.id('InputClause_'), ...(title === name ? {} : { label: title }) });
      clause['inputExpression'] = this.create('dmn:LiteralExpression', clause, { id: this.id('LiteralExpression_'), typeRef: type, text: name });
      return clause;
    });
    table['output'] = outputs.map((index) => {
      const { title, name, type } = head(index);
      // One output needs no name of its own: it is the decision's answer.
      const words = outputs.length > 1 ? { name, ...(title === name ? {} : { label: title }) } : { label: title };
      return this.create('dmn:OutputClause', table, { id: this.id('OutputClause_'), ...words, typeRef: type });
    });
    const variable = decision['variable'] as Moddle | undefined;
    if (variable && (outputs.length > 1 || variable['typeRef'])) variable['typeRef'] = outputs.length > 1 ? undefined : head(outputs[0] as number).type;
    this.require(decision, inputs.map(head));
  }

  /** Where a model declares its inputs, declare those of a new table as well: what is not declared is not known. */
  private require(decision: Moddle, wanted: readonly Column[]): void {
    const definitions = this.modeler.getDefinitions();
    const all = list(definitions, 'drgElement');
    if (!all.some((each) => each.$type === 'dmn:InputData')) return;
    const asked = list(decision, 'informationRequirement');
    for (const { name, type } of wanted) {
      const known = all.find((each) => (each['variable'] as Moddle | undefined)?.name === name || each.name === name);
      const input = known ?? this.create('dmn:InputData', definitions, { id: this.id('InputData_'), name });
      if (!known) {
        input['variable'] = this.create('dmn:InformationItem', input, { id: this.id('InformationItem_'), name, typeRef: type });
        all.push(input);
      }
      const word = input.$type === 'dmn:Decision' ? 'requiredDecision' : 'requiredInput';
      const href = `#${input.id ?? ''}`;
      if (asked.some((each) => (each[word] as Moddle | undefined)?.['href'] === href)) continue;
      const need = this.create('dmn:InformationRequirement', decision, { id: this.id('InformationRequirement_') });
      need[word] = this.create('dmn:DMNElementReference', need, { href });
      asked.push(need);
    }
    definitions['drgElement'] = all;
    decision['informationRequirement'] = asked;
  }

  private rows(decision: Moddle): Moddle[] {
    const there = decision['extensionElements'] as Moddle | undefined;
    return there ? list(there, 'values').filter((each) => each.$type === 'qc:Test') : [];
  }
  private create(type: string, parent: Moddle, words: { [word: string]: unknown } = {}): Moddle {
    const made = this.modeler._moddle.create(type, words);
    made.$parent = parent;
    return made;
  }
  private id(prefix: string): string {
    return this.modeler._moddle.ids.nextPrefixed(prefix);
  }
}

export function list(holder: Moddle, word: string): Moddle[] {
  const found = holder[word];
  return Array.isArray(found) ? (found as Moddle[]) : [];
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined || value === null ? '' : String(value);
}

function dash(type: string, cell: string): string {
  return type === 'dmn:UnaryTests' && cell === '-' ? '' : cell;
}

function parsed(written: string): unknown {
  try {
    return JSON.parse(written || 'null') as unknown;
  } catch {
    return written;
  }
}

function object(value: unknown): { [input: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as { [input: string]: unknown }) : {};
}
