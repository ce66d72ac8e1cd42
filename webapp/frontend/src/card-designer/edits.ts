// Edits of the cards, written to the file's own tree: what is not touched keeps its ids, its words and its place.
import { list, type Moddle } from '../process-designer/model.ts';
import { type Block, type Branch, laneOf, type Sequence, type Split, Unshown } from './cards.ts';
import { Layout, type Create } from './layout.ts';

/** What may be put between two cards: a BPMN element with what it begins with. */
export interface Kind {
  type: string;
  name: string;
  words?: (create: Create, own: Moddle) => { [word: string]: unknown };
}

const ASIDE = 160;

export class Edits {
  private readonly layout: Layout;

  constructor(
    definitions: Moddle,
    private readonly create: Create,
    private readonly id: (prefix: string) => string,
  ) {
    this.layout = new Layout(definitions, create);
  }

  /** Give a process that only starts an end, so that there is something to put cards between. */
  begin(process: Moddle, start: Moddle): Moddle {
    const end = this.node(process, { type: 'bpmn:EndEvent', name: '' }, start);
    const at = this.layout.bounds(start);
    if (at) this.layout.place(end, at.x, at.y + 120, 36, 36);
    return this.flow(process, start, end);
  }

  insert(flow: Moddle, kind: Kind): Moddle {
    const holder = flow.$parent as Moddle;
    const own = this.node(holder, kind, flow['sourceRef'] as Moddle);
    const [width, height] = size(own);
    const { x, y } = this.layout.makeRoom(flow, width, height);
    this.layout.place(own, x, y, width, height);
    this.thread(flow, own, own);
    return own;
  }

  /** Put a split with its join and two ways onto a flow; of an exclusive or inclusive one the second is the default. */
  insertSplit(flow: Moddle, type: string, name: string): Moddle {
    const holder = flow.$parent as Moddle;
    const beside = flow['sourceRef'] as Moddle;
    const [split, join] = [this.node(holder, { type, name }, beside), this.node(holder, { type, name: '' }, beside)];
    const { x, y, down } = this.layout.makeRoom(flow, 50, 50, 150);
    this.layout.place(split, x, y, 50, 50);
    this.layout.place(join, down ? x : x + 150, down ? y + 150 : y, 50, 50);
    this.thread(flow, split, join);
    this.flow(holder, split, join);
    const second = this.flow(holder, split, join, ASIDE);
    if (type !== 'bpmn:ParallelGateway') split['default'] = second;
    return split;
  }

  addBranch(split: Split): Moddle {
    const holder = split.node.$parent as Moddle;
    const aside = ASIDE * split.branches.length;
    if (split.join) return this.flow(holder, split.node, split.join, aside);
    const end = this.node(holder, { type: 'bpmn:EndEvent', name: '' }, split.node);
    const at = this.layout.bounds(split.node);
    if (at) this.layout.place(end, at.x + aside, at.y + 120, 36, 36);
    return this.flow(holder, split.node, end);
  }

  removeBranch(split: Split, branch: Branch): void {
    if (split.branches.length < 3) throw new Unshown('two-ways', split.node);
    this.needsJoin(split, branch);
    if (split.node['default'] === branch.flow) delete split.node['default'];
    this.drop([branch.flow, ...inSequence(branch), ...(branch.end ? [branch.end] : [])]);
  }

  /** Let a way run into the join again, end by itself, or go back to an earlier step. */
  endBranch(split: Split, branch: Branch, where: 'join' | 'end' | Moddle): void {
    const last = branch.last;
    if (!last || (where === 'join' && !split.join)) throw new Unshown('no-join', split.node);
    if (where !== 'join') this.needsJoin(split, branch);
    const old = branch.end;
    let target = where === 'join' ? (split.join as Moddle) : where;
    if (target === 'end') {
      if (old) return;
      target = this.node(split.node.$parent as Moddle, { type: 'bpmn:EndEvent', name: '' }, split.node);
      const at = this.layout.bounds(last['sourceRef'] as Moddle);
      if (at) this.layout.place(target, at.x + at.width / 2 + ASIDE, at.y + at.height / 2 - 18, 36, 36);
    }
    this.lead(last, target);
    const at = split.branches.indexOf(branch);
    this.layout.connect(last, where === 'join' && last === branch.flow ? ASIDE * at : typeof where === 'string' ? 0 : -ASIDE);
    if (old) this.drop([old]);
  }

  private needsJoin(split: Split, but: Branch): void {
    const others = split.branches.filter((each) => each !== but && !each.end && !each.back);
    if (split.join && !others.length) throw new Unshown('needs-one', split.node);
  }

  remove(sequence: Sequence, index: number): void {
    const block = sequence.blocks[index] as Block;
    const before = intoOf(sequence, index);
    const gone = new Set(inBlock(block));
    const holder = block.node.$parent as Moddle;
    for (const end of shared(holder, gone)) gone.delete(end);
    const stray = list(holder, 'flowElements').find((each) => gone.has(each['targetRef'] as Moddle) && !gone.has(each) && each !== before);
    if (stray) throw new Unshown('returned-to', block.node);
    let next = block.out?.['targetRef'] as Moddle | undefined;
    if (!next && block.kind === 'split') {
      next = block.branches.find((each) => each.end)?.end;
      if (next) gone.delete(next);
    }
    if (!before || !next) throw new Unshown('last-one', block.node);
    this.lead(before, next);
    this.drop([...gone]);
    this.layout.connect(before);
  }

  /** Let a card and the one behind it change places. */
  swap(sequence: Sequence, index: number): void {
    const [one, other] = [sequence.blocks[index], sequence.blocks[index + 1]];
    const before = intoOf(sequence, index);
    if (!one?.out || !other?.out || !before) throw new Unshown('last-one', other?.node);
    const next = other.out['targetRef'] as Moddle;
    this.lead(before, other.node);
    this.lead(other.out, one.node);
    this.lead(one.out, next);
    if (one.kind === 'step' && other.kind === 'step' && !one.sides.length && !other.sides.length) this.layout.swap(one.node, other.node);
    for (const flow of [before, other.out, one.out]) this.layout.connect(flow);
  }

  /** Lead a flow through what was put on it: into `entry`, and from `exit` on to where it led. */
  private thread(flow: Moddle, entry: Moddle, exit: Moddle): void {
    const target = flow['targetRef'] as Moddle;
    this.lead(flow, entry);
    this.layout.connect(flow);
    this.flow(flow.$parent as Moddle, exit, target);
  }

  /** Make an element, in the lane of the one it follows. */
  private node(holder: Moddle, kind: Kind, beside: Moddle): Moddle {
    const own = this.create(kind.type, holder, { id: this.id(`${kind.type.replace('bpmn:', '')}_`), ...(kind.name ? { name: kind.name } : {}) });
    Object.assign(own, kind.words?.(this.create, own) ?? {});
    holder['flowElements'] = [...list(holder, 'flowElements'), own];
    const lane = laneOf(holder, beside);
    if (lane) lane['flowNodeRef'] = [...list(lane, 'flowNodeRef'), own];
    return own;
  }
  private flow(holder: Moddle, from: Moddle, to: Moddle, aside = 0): Moddle {
    const made = this.create('bpmn:SequenceFlow', holder, { id: this.id('Flow_'), sourceRef: from, targetRef: to });
    holder['flowElements'] = [...list(holder, 'flowElements'), made];
    note(from, 'outgoing', made);
    note(to, 'incoming', made);
    this.layout.connect(made, aside);
    return made;
  }
  private lead(flow: Moddle, to: Moddle): void {
    strike(flow['targetRef'] as Moddle, 'incoming', flow);
    flow['targetRef'] = to;
    note(to, 'incoming', flow);
  }

  private drop(all: Moddle[]): void {
    const gone = new Set(all);
    for (const end of all.flatMap((each) => (each.$type === 'bpmn:EndEvent' ? shared(each.$parent as Moddle, gone) : []))) gone.delete(end);
    const holders = new Set(all.map((each) => each.$parent as Moddle));
    for (const each of gone) {
      const lane = laneOf(each.$parent as Moddle, each);
      if (lane) lane['flowNodeRef'] = list(lane, 'flowNodeRef').filter((one) => one !== each);
      if (each['sourceRef']) strike(each['sourceRef'] as Moddle, 'outgoing', each);
      if (each['targetRef']) strike(each['targetRef'] as Moddle, 'incoming', each);
      this.layout.remove(each);
    }
    for (const holder of holders) {
      holder['flowElements'] = list(holder, 'flowElements').filter((each) => !gone.has(each));
      const tied = list(holder, 'artifacts').filter((each) => gone.has(each['sourceRef'] as Moddle) || gone.has(each['targetRef'] as Moddle));
      for (const each of tied) this.layout.remove(each);
      if (tied.length) holder['artifacts'] = list(holder, 'artifacts').filter((each) => !tied.includes(each));
    }
  }
}

/** The flow that leads into a block. */
function intoOf(sequence: Sequence, index: number): Moddle | undefined {
  return index ? sequence.blocks[index - 1]?.out : sequence.first;
}

function inSequence(sequence: Sequence): Moddle[] {
  return [...sequence.blocks.flatMap(inBlock), ...(sequence.last ? [sequence.last] : [])];
}

/** Every element and flow of a block, with the flow that leaves it. */
function inBlock(block: Block): Moddle[] {
  const out = block.out ? [block.out] : [];
  if (block.kind === 'step') {
    const sides = block.sides.flatMap(({ node, path }) => [node, ...(path ? [path.flow, ...inSequence(path), ...(path.end ? [path.end] : [])] : [])]);
    return [block.node, ...sides, ...out];
  }
  const ways = block.branches.flatMap((each) => [each.flow, ...inSequence(each), ...(each.end ? [each.end] : [])]);
  return [...new Set([block.node, ...ways, ...(block.join ? [block.join] : []), ...out])];
}

/** Ends among these that something else leads to as well. */
function shared(holder: Moddle, gone: Set<Moddle>): Moddle[] {
  return list(holder, 'flowElements').flatMap((each) => {
    const target = each['targetRef'] as Moddle | undefined;
    return target?.$type === 'bpmn:EndEvent' && gone.has(target) && !gone.has(each) ? [target] : [];
  });
}

function size(own: Moddle): [number, number] {
  return /Event$/.test(own.$type) ? [36, 36] : /Gateway$/.test(own.$type) ? [50, 50] : [100, 80];
}

// Files that leave `incoming` and `outgoing` to their flows stay so; where an element tells them, they are kept true.
function note(node: Moddle, word: 'incoming' | 'outgoing', flow: Moddle): void {
  const told = list(node, word);
  if (!told.includes(flow)) node[word] = [...told, flow];
}
function strike(node: Moddle, word: 'incoming' | 'outgoing', flow: Moddle): void {
  if (list(node, word).includes(flow)) node[word] = list(node, word).filter((each) => each !== flow);
}
