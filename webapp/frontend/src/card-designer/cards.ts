// A BPMN process as a tree of cards, where it is structured: one way in, one way out, every split with its join.
// Nothing is changed here; what the tree cannot show is told by element and reason.
import { list, type Moddle } from '../process-designer/model.ts';

export interface Step {
  kind: 'step';
  node: Moddle;
  /** Events on its border, each with the path that leaves it. */
  sides: Side[];
  /** What is inside a subprocess, if that can be shown as well. */
  body: Sequence | undefined;
  /** The flow that leads on; undefined where a file ends without an end event. */
  out: Moddle | undefined;
}
export interface Side {
  node: Moddle;
  path: Branch | undefined;
}
export interface Split {
  kind: 'split';
  node: Moddle;
  branches: Branch[];
  join: Moddle | undefined;
  out: Moddle | undefined;
}
/** One way: its first flow, what lies on it, and where it leaves off: at the join, at an end, or back at a step. */
export interface Branch extends Sequence {
  flow: Moddle;
  back: Moddle | undefined;
}
export type Block = Step | Split;
export interface Sequence {
  /** The flow it begins with; undefined where nothing leaves the start yet. */
  first: Moddle | undefined;
  blocks: Block[];
  /** The end event that closes it; undefined where it runs into a join. */
  end: Moddle | undefined;
  /** The flow it leaves off with: into the end, the join or the step it returns to. */
  last: Moddle | undefined;
}
export interface Sheet extends Sequence {
  process: Moddle;
  start: Moddle;
}
/** What cannot be shown: the element that stands in the way and the key of the reason. */
export class Unshown extends Error {
  constructor(
    readonly reason: string,
    readonly element: Moddle | undefined,
  ) {
    super(reason);
  }
}

const SPLITS = /(Exclusive|Inclusive|Parallel)Gateway$/;
const STEPS = /Task$|CallActivity$|SubProcess$|Transaction$|Intermediate(Catch|Throw)Event$/;

/** Read the file's process; throws Unshown. */
export function sheet(definitions: Moddle): Sheet {
  const roots = list(definitions, 'rootElements');
  const processes = roots.filter((each) => each.$type === 'bpmn:Process' && list(each, 'flowElements').length);
  const [process, another] = processes;
  if (!process) throw new Unshown('no-process', undefined);
  if (another) throw new Unshown('several', another);
  const body = new Reading(process).all();
  return { process, ...body };
}

export function nodesOf(holder: Moddle): Moddle[] {
  return list(holder, 'flowElements').filter((each) => !/SequenceFlow$|Data(Object|Store)(Reference)?$/.test(each.$type));
}

/** The lane an element lies in, the innermost. */
export function laneOf(holder: Moddle, node: Moddle): Moddle | undefined {
  const within = (sets: Moddle[]): Moddle | undefined => {
    for (const lane of sets.flatMap((each) => list(each, 'lanes'))) {
      const inner = lane['childLaneSet'] ? within([lane['childLaneSet'] as Moddle]) : undefined;
      if (inner ?? list(lane, 'flowNodeRef').includes(node)) return inner ?? lane;
    }
    return undefined;
  };
  return within(list(holder, 'laneSets'));
}

class Reading {
  private readonly back = new Set<Moddle>();
  private readonly into = new Map<Moddle, Moddle[]>();
  private readonly outOf = new Map<Moddle, Moddle[]>();
  private readonly seen = new Set<Moddle>();

  constructor(private readonly holder: Moddle) {
    for (const flow of list(holder, 'flowElements')) {
      if (flow.$type !== 'bpmn:SequenceFlow') continue;
      const [source, target] = [flow['sourceRef'] as Moddle | undefined, flow['targetRef'] as Moddle | undefined];
      if (!source || !target) throw new Unshown('loose-flow', flow);
      this.outOf.set(source, [...(this.outOf.get(source) ?? []), flow]);
      this.into.set(target, [...(this.into.get(target) ?? []), flow]);
    }
  }

  all(): Sequence & { start: Moddle } {
    const nodes = nodesOf(this.holder);
    const starts = nodes.filter((each) => each.$type === 'bpmn:StartEvent');
    const [start, another] = starts;
    if (!start) throw new Unshown('no-start', nodes[0]);
    if (another) throw new Unshown('several-starts', another);
    this.mark(start);
    this.seen.add(start);
    const out = this.single(start);
    const read = out ? this.sequence(out) : { first: undefined, blocks: [], end: undefined, last: undefined, stop: undefined };
    if (read.stop) throw new Unshown('meets', read.stop);
    const lost = nodes.find((each) => !this.seen.has(each));
    if (lost) throw new Unshown(lost['triggeredByEvent'] ? 'event-subprocess' : 'unreached', lost);
    return { start, first: read.first, blocks: read.blocks, end: read.end, last: read.last };
  }

  /** Find the flows that lead back to where the path came from, without running out of stack. */
  private mark(start: Moddle): void {
    const borders = new Map<Moddle, Moddle[]>();
    for (const each of nodesOf(this.holder)) {
      const host = each['attachedToRef'] as Moddle | undefined;
      if (host) borders.set(host, [...(borders.get(host) ?? []), each]);
    }
    const state = new Map<Moddle, 'open' | 'done'>();
    const next = (node: Moddle): Moddle[] => [node, ...(borders.get(node) ?? [])].flatMap((each) => this.outOf.get(each) ?? []);
    const stack: { node: Moddle; flows: Moddle[] }[] = [{ node: start, flows: next(start) }];
    state.set(start, 'open');
    while (stack.length) {
      const top = stack[stack.length - 1] as { node: Moddle; flows: Moddle[] };
      const flow = top.flows.shift();
      if (!flow) {
        state.set(top.node, 'done');
        stack.pop();
        continue;
      }
      const target = flow['targetRef'] as Moddle;
      if (state.get(target) === 'open') this.back.add(flow);
      else if (!state.has(target)) {
        state.set(target, 'open');
        stack.push({ node: target, flows: next(target) });
      }
    }
  }

  private single(node: Moddle): Moddle | undefined {
    const flows = this.outOf.get(node) ?? [];
    if (flows.length > 1) throw new Unshown('several-ways', node);
    return flows[0];
  }
  private forward(node: Moddle): Moddle[] {
    return (this.into.get(node) ?? []).filter((flow) => !this.back.has(flow));
  }

  /** Read on from a flow until an end, a way back, or an element where ways meet, which is `stop`. */
  private sequence(flow: Moddle): Sequence & { stop: Moddle | undefined; back: Moddle | undefined } {
    const blocks: Block[] = [];
    let last: Moddle | undefined = flow;
    for (;;) {
      const now: Moddle = last;
      const node: Moddle = now['targetRef'] as Moddle;
      if (this.back.has(now)) {
        if (!STEPS.test(node.$type)) throw new Unshown('back-to', node);
        return { first: flow, blocks, end: undefined, last, stop: undefined, back: node };
      }
      // Several ways may leave off at one end.
      if (node.$type === 'bpmn:EndEvent') {
        this.seen.add(node);
        return { first: flow, blocks, end: node, last, stop: undefined, back: undefined };
      }
      const gathers = SPLITS.test(node.$type) && (this.outOf.get(node) ?? []).length === 1;
      if (gathers || this.forward(node).length > 1) return { first: flow, blocks, end: undefined, last, stop: node, back: undefined };
      if (this.seen.has(node)) throw new Unshown('meets', node);
      this.seen.add(node);
      let block: Block;
      if (SPLITS.test(node.$type)) block = this.split(node);
      else if (STEPS.test(node.$type)) block = this.step(node);
      else throw new Unshown('unknown', node);
      blocks.push(block);
      if (!block.out) return { first: flow, blocks, end: undefined, last: undefined, stop: undefined, back: undefined };
      last = block.out;
    }
  }

  private step(node: Moddle): Step {
    const sides = nodesOf(this.holder)
      .filter((each) => each['attachedToRef'] === node)
      .map((event) => {
        this.seen.add(event);
        const flow = this.single(event);
        if (!flow) return { node: event, path: undefined };
        const read = this.sequence(flow);
        if (read.stop) throw new Unshown('side-meets', event);
        return { node: event, path: { flow, first: flow, blocks: read.blocks, end: read.end, last: read.last, back: read.back } };
      });
    return { kind: 'step', node, sides, body: inside(node), out: this.single(node) };
  }

  private split(node: Moddle): Split {
    const flows = this.outOf.get(node) ?? [];
    if (flows.length < 2) throw new Unshown('lone-gateway', node);
    const reads = flows.map((flow) => ({ flow, ...this.sequence(flow) }));
    const stops = [...new Set(reads.flatMap((each) => (each.stop ? [each.stop] : [])))];
    if (stops.length > 1) throw new Unshown('cross', stops[1]);
    const stop = stops[0];
    const branches = reads.map(({ flow, first, blocks, end, last, back }) => ({ flow, first, blocks, end, last, back }));
    if (!stop) return { kind: 'split', node, branches, join: undefined, out: undefined };
    const arriving = reads.filter((each) => each.stop).length;
    if (this.forward(stop).length !== arriving) throw new Unshown('cross', stop);
    const isJoin = SPLITS.test(stop.$type) && (this.outOf.get(stop) ?? []).length === 1;
    if (isJoin && stop.$type !== node.$type) throw new Unshown('other-join', stop);
    if (!isJoin) throw new Unshown('no-join', stop);
    this.seen.add(stop);
    return { kind: 'split', node, branches, join: stop, out: this.single(stop) };
  }
}

function inside(node: Moddle): Sequence | undefined {
  if (!/SubProcess$|Transaction$/.test(node.$type) || node.$type === 'bpmn:AdHocSubProcess') return undefined;
  try {
    return new Reading(node).all();
  } catch (why) {
    if (why instanceof Unshown) return undefined;
    throw why;
  }
}
