// Where things stand: coordinates of the file stay, what comes in makes room for itself, new lines go at right angles.
import { list, type Moddle } from '../process-designer/model.ts';

interface Bounds extends Moddle {
  x: number;
  y: number;
  width: number;
  height: number;
}
interface Point extends Moddle {
  x: number;
  y: number;
}
export type Create = (type: string, parent: Moddle, words?: { [word: string]: unknown }) => Moddle;

const GAP = 60;

export class Layout {
  constructor(
    private readonly definitions: Moddle,
    private readonly create: Create,
  ) {}

  private get plane(): Moddle | undefined {
    return list(this.definitions, 'diagrams')[0]?.['plane'] as Moddle | undefined;
  }
  private di(own: Moddle): Moddle | undefined {
    return this.plane && list(this.plane, 'planeElement').find((each) => each['bpmnElement'] === own);
  }
  bounds(own: Moddle): Bounds | undefined {
    return this.di(own)?.['bounds'] as Bounds | undefined;
  }

  /** Find the place for an element of this size on a flow, `more` beyond it, and move all that lies behind. */
  makeRoom(flow: Moddle, width: number, height: number, more = 0): { x: number; y: number; down: boolean } {
    const [from, to] = [this.bounds(flow['sourceRef'] as Moddle), this.bounds(flow['targetRef'] as Moddle)];
    if (!from || !to) return { x: 100, y: 100, down: true };
    const points = list(this.di(flow) ?? ({ $type: '' } as Moddle), 'waypoint') as Point[];
    const down = this.goesDown(from, to);
    const [at, size] = down ? (['y', 'height'] as const) : (['x', 'width'] as const);
    const [across, breadth] = down ? (['x', 'width'] as const) : (['y', 'height'] as const);
    const begin = from[at] + from[size] + GAP;
    const long = (down ? height : width) + more;
    const lack = begin + long + GAP - to[at];
    if (lack > 0) this.shift(at, size, Math.min(begin, to[at]), lack);
    // A way that goes round something is used where it runs alone, not where it leaves.
    const splits = /Gateway$/.test((flow['sourceRef'] as Moddle).$type);
    const middle = (splits ? longest(points, at)?.[across] : undefined) ?? from[across] + from[breadth] / 2;
    const wide = down ? width : height;
    const side = Math.round(middle - wide / 2);
    return down ? { x: side, y: begin, down } : { x: begin, y: side, down };
  }

  private goesDown(from: Bounds, to: Bounds): boolean {
    const [dx, dy] = [to.x + to.width / 2 - from.x - from.width / 2, to.y + to.height / 2 - from.y - from.height / 2];
    if (Math.abs(dx) < 1 || Math.abs(dy) < 1) return Math.abs(dy) > Math.abs(dx);
    return this.isUpright;
  }
  /** Tell whether the whole runs from top to bottom. */
  private get isUpright(): boolean {
    const all = list(this.plane ?? ({ $type: '' } as Moddle), 'planeElement').flatMap((each) => (each['bounds'] ? [each['bounds'] as Bounds] : []));
    const spread = (at: 'x' | 'y'): number => Math.max(...all.map((each) => each[at])) - Math.min(...all.map((each) => each[at]));
    return all.length < 2 || spread('y') >= spread('x');
  }

  private shift(at: 'x' | 'y', size: 'width' | 'height', from: number, by: number): void {
    for (const each of list(this.plane ?? ({ $type: '' } as Moddle), 'planeElement')) {
      const label = (each['label'] as Moddle | undefined)?.['bounds'] as Bounds | undefined;
      const own = each['bounds'] as Bounds | undefined;
      if (own && own[at] >= from) own[at] += by;
      // What reaches across the line, a subprocess around it, grows.
      else if (own && own[at] + own[size] >= from && holds(each['bpmnElement'] as Moddle | undefined)) own[size] += by;
      if (label && label[at] >= from) label[at] += by;
      for (const point of list(each, 'waypoint') as Point[]) if (point[at] >= from) point[at] += by;
    }
  }

  /** Let two elements stand in each other's place, by their middles. */
  swap(one: Moddle, other: Moddle): void {
    const [a, b] = [this.bounds(one), this.bounds(other)];
    if (!a || !b) return;
    const [x, y] = [a.x + a.width / 2, a.y + a.height / 2];
    [a.x, a.y] = [b.x + b.width / 2 - a.width / 2, b.y + b.height / 2 - a.height / 2];
    [b.x, b.y] = [x - b.width / 2, y - b.height / 2];
  }

  place(own: Moddle, x: number, y: number, width: number, height: number): void {
    if (!this.plane) return;
    const shape = this.create('bpmndi:BPMNShape', this.plane, { id: `${own.id}_di`, bpmnElement: own });
    shape['bounds'] = this.create('dc:Bounds', shape, { x, y, width, height });
    this.plane['planeElement'] = [...list(this.plane, 'planeElement'), shape];
  }

  /** Draw a flow anew between where its ends stand now; `aside` leads it around, on that side of the middle. */
  connect(flow: Moddle, aside = 0): void {
    const [from, to] = [this.bounds(flow['sourceRef'] as Moddle), this.bounds(flow['targetRef'] as Moddle)];
    if (!this.plane || !from || !to) return;
    let edge = this.di(flow);
    if (!edge) {
      edge = this.create('bpmndi:BPMNEdge', this.plane, { id: `${flow.id}_di`, bpmnElement: flow });
      this.plane['planeElement'] = [...list(this.plane, 'planeElement'), edge];
    }
    const drawn = edge;
    edge['waypoint'] = route(from, to, this.goesDown(from, to), aside).map(([x, y]) => this.create('dc:Point', drawn, { x: Math.round(x), y: Math.round(y) }));
    delete edge['label'];
  }

  remove(own: Moddle): void {
    if (!this.plane) return;
    this.plane['planeElement'] = list(this.plane, 'planeElement').filter((each) => each['bpmnElement'] !== own);
  }
}

function holds(own: Moddle | undefined): boolean {
  return own !== undefined && (own['flowElements'] !== undefined || /Lane$|Participant$/.test(own.$type));
}

function longest(points: Point[], at: 'x' | 'y'): Point | undefined {
  const lengths = points.slice(1).map((each, index) => Math.abs(each[at] - (points[index] as Point)[at]));
  return points.length > 1 ? points[1 + lengths.indexOf(Math.max(...lengths))] : undefined;
}

function route(from: Bounds, to: Bounds, down: boolean, aside: number): [number, number][] {
  const turn = ([x, y]: [number, number]): [number, number] => (down ? [x, y] : [y, x]);
  const box = (each: Bounds): { middle: number; near: number; far: number; half: number; centre: number } =>
    down
      ? { middle: each.x + each.width / 2, near: each.y, far: each.y + each.height, half: each.width / 2, centre: each.y + each.height / 2 }
      : { middle: each.y + each.height / 2, near: each.x, far: each.x + each.width, half: each.height / 2, centre: each.x + each.width / 2 };
  const [a, b] = [box(from), box(to)];
  const back = b.far <= a.near;
  if (aside || back) {
    const line = a.middle + (aside || Math.max(a.half, b.half) + GAP);
    const side = Math.sign(line - a.middle);
    const points: [number, number][] = [[a.middle + side * a.half, a.centre], [line, a.centre], [line, b.centre], [b.middle + side * b.half, b.centre]];
    return points.map(turn);
  }
  if (Math.abs(a.middle - b.middle) < 1) return [[a.middle, a.far] as [number, number], [b.middle, b.near] as [number, number]].map(turn);
  const bend = (a.far + b.near) / 2;
  const points: [number, number][] = [[a.middle, a.far], [a.middle, bend], [b.middle, bend], [b.middle, b.near]];
  return points.map(turn);
}
