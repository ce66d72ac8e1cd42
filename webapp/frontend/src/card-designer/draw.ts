// The cards on the page: one list from top to bottom, ways side by side where there is room; every act is a button.
import { button, el, icon, say } from '../designing/dom.ts';
import { type Diagram, list, type Moddle, text } from '../process-designer/model.ts';
import type { Offers } from '../process-designer/offers.ts';
import type { Named } from '../process-designer/panel.ts';
import { inWords } from '../process-designer/panel-time.ts';
import { type Block, type Branch, laneOf, type Sequence, type Sheet, type Split, type Step } from './cards.ts';
import type { Choice } from './kinds.ts';

export interface Acts {
  open: (node: Moddle) => void;
  add: (flow: Moddle | undefined, choice: Choice) => void;
  remove: (sequence: Sequence, index: number) => void;
  swap: (sequence: Sequence, index: number) => void;
  addBranch: (split: Split) => void;
  removeBranch: (split: Split, branch: Branch) => void;
  endBranch: (split: Split, branch: Branch, where: 'join' | 'end' | Moddle) => void;
}
export interface World {
  diagram: Diagram;
  offers: Offers;
  named: Named;
  choices: Choice[];
  acts: Acts;
  /** What the check said of an element. */
  wrong: (id: string) => { severity: string; message: string }[];
}

const ICONS: { [type: string]: string } = {
  UserTask: 'person', ManualTask: 'person', Task: 'person', ScriptTask: 'braces', ServiceTask: 'send', SendTask: 'send', ReceiveTask: 'envelope', BusinessRuleTask: 'table', CallActivity: 'diagram-2', SubProcess: 'diagram-2', Transaction: 'diagram-2', AdHocSubProcess: 'diagram-2', IntermediateCatchEvent: 'hourglass-split', IntermediateThrowEvent: 'send', ExclusiveGateway: 'signpost-2', InclusiveGateway: 'list-check', ParallelGateway: 'layout-split',
};

export function drawn(sheet: Sheet, world: World): HTMLElement {
  const start = el('li', {}, card(world, sheet.start, 'play-circle', []));
  const steps = [sheet.start, ...allSteps(sheet)];
  const end = sheet.end ? [el('li', {}, card(world, sheet.end, 'check-circle-fill', []))] : [];
  const whole = el('li', {}, card(world, sheet.process, 'gear', []));
  return el('ol', { class: 'cards' }, whole, start, ...sequence(sheet, world, steps, called(sheet.start, world)), ...end);
}

/** `head`: what the first of them stands behind. */
function sequence(of: Sequence, world: World, steps: Moddle[], head: string): HTMLElement[] {
  const found = [plus(of.first, head, world)];
  of.blocks.forEach((block, index) => {
    found.push(el('li', {}, block.kind === 'split' ? split(of, index, block, world, steps) : step(of, index, block, world, steps)));
    if (block.out) found.push(plus(block.out, called(block.node, world), world));
  });
  return found;
}

/** Between two cards: one button that opens what may stand there. */
function plus(flow: Moddle | undefined, name: string, world: World): HTMLElement {
  const items = world.choices.map((each) => el('li', {}, button(each.icon, say(`card:${each.key}`), () => world.acts.add(flow, each))));
  return el('li', { class: 'plus' }, el('details', { 'data-flow': flow?.id ?? '' }, el('summary', { 'aria-label': say('add-after', { name }), title: say('add-after', { name }) }, icon('plus-lg')), el('ul', { class: 'kinds' }, ...items)));
}

function step(of: Sequence, index: number, block: Step, world: World, steps: Moddle[]): HTMLElement {
  const made = card(world, block.node, ICONS[short(block.node)] ?? 'circle', moves(of, index, block, world));
  for (const side of block.sides) {
    const path = side.path;
    const more = path ? el('ol', { class: 'cards' }, ...sequence(path, world, steps, called(side.node, world)), leaves(path, world)) : el('p', { class: 'muted m-0' }, say('side-nothing'));
    made.append(el('div', { class: 'late' }, card(world, side.node, 'alarm', []), more));
  }
  if (block.body) made.append(el('details', { class: 'inside' }, el('summary', {}, say('inside', { count: block.body.blocks.length })), el('ol', { class: 'cards' }, ...sequence(block.body, world, steps, called(block.node, world)))));
  else if (/SubProcess$|Transaction$/.test(block.node.$type)) made.append(el('p', { class: 'muted m-0' }, say('inside-diagram')));
  return made;
}

function split(of: Sequence, index: number, block: Split, world: World, steps: Moddle[]): HTMLElement {
  const acts = [...moves(of, index, block, world), button('plus-lg', say('add-way'), () => world.acts.addBranch(block))];
  const made = card(world, block.node, ICONS[short(block.node)] ?? 'signpost-2', acts);
  made.append(el('ol', { class: 'ways' }, ...block.branches.map((each, number) => way(block, each, number, world, steps))));
  return made;
}

function way(block: Split, branch: Branch, number: number, world: World, steps: Moddle[]): HTMLElement {
  const parallel = block.node.$type === 'bpmn:ParallelGateway';
  const isDefault = block.node['default'] === branch.flow;
  const condition = text((branch.flow['conditionExpression'] as Moddle | undefined)?.['body']);
  const words = isDefault ? say('way-else') : condition || branch.flow.name || say(parallel ? 'way-together' : 'way-unsaid');
  const name = branch.flow.name || say('way', { number: number + 1 });
  const id = branch.flow.id ?? '';
  const head: (Node | string)[] = [el('b', {}, name), el('span', { class: condition && !isDefault ? 'feel' : 'muted' }, ` ${words}`)];
  const acts: HTMLElement[] = [];
  if (!parallel) acts.push(button('pencil', say('edit-way'), () => world.acts.open(branch.flow), { 'aria-label': `${say('edit-way')} ${name}`, 'data-open': id }));
  if (block.branches.length > 2) acts.push(button('trash', '', () => world.acts.removeBranch(block, branch), { 'aria-label': say('drop-way', { name }) }));
  const body = el('ol', { class: 'cards' }, ...sequence(branch, world, steps, name));
  const children: Node[] = [el('div', { class: 'way-head' }, el('p', { class: 'm-0' }, ...head), el('span', { class: 'acts' }, ...acts)), el('div', { class: 'edit', 'data-edit': id }), ...troubles(world, id), body];
  if (parallel) children.push(leaves(branch, world));
  else {
    // Only cards that come before this way may be returned to.
    const before = steps.slice(0, steps.indexOf(block.node)).filter((each) => each.$parent === block.node.$parent && !/Gateway$|StartEvent$/.test(each.$type));
    const now = branch.back ? `back:${branch.back.id}` : branch.end ? 'end' : 'join';
    const options: [string, string][] = [...(block.join ? [['join', say('leaves:join')] as [string, string]] : []), ['end', say('leaves:end')], ...before.map((each) => [`back:${each.id}`, say('leaves:back', { name: called(each, world) })] as [string, string])];
    const pick = (event: Event): void => {
      const value = (event.target as HTMLSelectElement).value;
      const step = before.find((each) => `back:${each.id}` === value);
      world.acts.endBranch(block, branch, step ?? (value === 'end' ? 'end' : 'join'));
    };
    const select = el('select', { class: 'form-select form-select-sm', 'aria-label': say('then-what', { name }), 'data-leave-of': id, change: pick }, ...options.map(([value, label]) => el('option', { value, selected: value === now }, label)));
    children.push(el('div', { class: 'leaves' }, select));
  }
  return el('li', { class: 'way' }, ...children);
}

function leaves(branch: Sequence & { back?: Moddle | undefined }, world: World): HTMLElement {
  const words = branch.back ? say('leaves:back', { name: called(branch.back, world) }) : say(branch.end ? 'leaves:end' : 'leaves:join');
  return el('li', { class: 'leaves muted' }, words);
}

function moves(of: Sequence, index: number, block: Block, world: World): HTMLElement[] {
  const name = called(block.node, world);
  const near = (each: Block | undefined): boolean => each?.out !== undefined;
  return [
    button('arrow-up', '', () => world.acts.swap(of, index - 1), { 'aria-label': say('card-up', { name }), disabled: index === 0 || !near(block) }),
    button('arrow-down', '', () => world.acts.swap(of, index), { 'aria-label': say('card-down', { name }), disabled: !near(block) || !near(of.blocks[index + 1]) }),
    button('trash', '', () => world.acts.remove(of, index), { 'aria-label': say('card-drop', { name }) }),
  ];
}

function card(world: World, node: Moddle, sign: string, acts: HTMLElement[]): HTMLElement {
  const id = node.id ?? '';
  const name = called(node, world);
  const isProcess = node.$type === 'bpmn:Process';
  const lane = !isProcess && node.$parent ? laneOf(node.$parent, node)?.name : undefined;
  const edit = button('pencil', say('edit-card'), () => world.acts.open(node), { 'aria-label': `${say('edit-card')} ${name}`, 'data-open': id });
  const bad = world.wrong(id).some((each) => each.severity === 'error');
  return el(
    'section',
    { class: `card-step${bad ? ' wrong' : ''}`, id: `card-${id}`, 'aria-label': name },
    el('header', {}, icon(sign), el('h3', {}, name), el('span', { class: 'sub' }, [isProcess ? say('process') : world.offers.kind(node), lane].filter(Boolean).join(' · ')), el('span', { class: 'acts' }, edit, ...acts)),
    ...summary(world, node),
    ...troubles(world, id),
    el('div', { class: 'edit', 'data-edit': id }),
  );
}

function troubles(world: World, id: string): HTMLElement[] {
  return world.wrong(id).map((each) => el('p', { class: `trouble t-${each.severity === 'error' ? 'red' : 'amber'}` }, icon(each.severity === 'error' ? 'exclamation-octagon-fill' : 'exclamation-triangle-fill'), each.message));
}

/** What a card says about itself: who, which form, until when; and what it waits for. */
function summary({ diagram, named }: World, node: Moddle): HTMLElement[] {
  const told = (all: { key: string; name: string }[], key: string): string => all.find((each) => each.key === key)?.name ?? key;
  const who = diagram.extensions(node, 'qc:Candidate').map((each) => (each['starter'] ? say('by-starter') : each['role'] ? told(named.roles, text(each['role'])) : text(each['user'])));
  const form = diagram.property(node, 'formJsonSchemaFilename');
  const view = diagram.property(node, 'formView');
  const event = list(node, 'eventDefinitions')[0];
  const waits = ['timeDuration', 'timeDate', 'timeCycle'].map((word) => text((event?.[word] as Moddle | undefined)?.['body'])).find(Boolean);
  const lines: [string, string][] = [
    ['candidates', who.join('、')],
    ['form', [form && told(named.forms, form), view].filter(Boolean).join(' · ')],
    ['due', inWords(text(diagram.extensions(node, 'qc:Due')[0]?.['value']))],
    ['timer-text', inWords(waits ?? '')],
    ['decision', told(named.decision, diagram.said(node, 'calledDecisionId'))],
    ['called', told(named.process, text(node['calledElement']))],
  ];
  const shown = lines.filter(([, value]) => value).flatMap(([key, value]) => [el('dt', {}, say(`sum:${key}`)), el('dd', {}, value)]);
  return shown.length ? [el('dl', {}, ...shown)] : [];
}

function called(node: Moddle, world: World): string {
  return node.name || world.offers.kind(node);
}
function short(node: Moddle): string {
  return node.$type.replace('bpmn:', '');
}
/** Every step and split in the order of the page. */
function allSteps(of: Sequence): Moddle[] {
  return of.blocks.flatMap((each) => (each.kind === 'step' ? [each.node] : [each.node, ...each.branches.flatMap(allSteps)]));
}
