// What the server says of a diagram: its XML (or where to get it) and what happened at which element.

export type State = 'done' | 'now' | 'back' | 'cancelled' | 'cool' | 'warm' | 'hot';

export interface Mark {
  readonly state: State;
  /** Shown as a badge: "2 次", "14/17". */
  readonly count?: string | number | null;
  /** Shown below the element: that somebody brought the case here, or away, by hand. */
  readonly note?: string | null;
}

export interface DiagramData {
  readonly xml?: string;
  readonly url?: string;
  readonly marks: Readonly<Record<string, Mark>>;
  /** The element a drawing too long for the page is opened at. */
  readonly focus?: string | null;
}

/** Stroke and fill of each state, as tokens, so that both themes and paper follow. */
export const colours: Readonly<Record<State, readonly [stroke: string, fill: string]>> = {
  done: ['var(--qc-green)', 'var(--qc-green-soft)'],
  now: ['var(--qc-primary)', 'var(--qc-teal-soft)'],
  back: ['var(--qc-amber)', 'var(--qc-amber-soft)'],
  cancelled: ['var(--qc-control)', 'var(--qc-grey-soft)'],
  cool: ['var(--qc-primary)', 'var(--qc-teal-soft)'],
  warm: ['var(--qc-amber)', 'var(--qc-amber-soft)'],
  hot: ['var(--qc-red)', 'var(--qc-red-soft)'],
};

export function readData(figure: HTMLElement): DiagramData | null {
  const source = figure.querySelector('script[type="application/json"]')?.textContent;
  if (!source) return null;
  const data: unknown = JSON.parse(source);
  if (typeof data !== 'object' || data === null || !('marks' in data)) return null;
  return data as DiagramData;
}

export async function readXml(data: DiagramData): Promise<string> {
  if (data.xml) return data.xml;
  if (!data.url) throw new Error('neither xml nor url');
  const answer = await fetch(data.url, { headers: { Accept: 'application/xml' } });
  if (!answer.ok) throw new Error(`diagram: ${answer.status}`);
  return answer.text();
}

/** Processes are drawn from left to right: a flow that ends left of where it begins leads back. */
export function leadsBack(waypoints: readonly { readonly x: number }[]): boolean {
  const first = waypoints[0];
  const last = waypoints[waypoints.length - 1];
  return first !== undefined && last !== undefined && last.x < first.x;
}

/** On a heat map steps are coloured by the time they take; flows are not. */
function isHeat(mark: Mark): boolean {
  return mark.state === 'cool' || mark.state === 'warm' || mark.state === 'hot';
}

/**
 * Say whether a flow was walked, from what happened at its two ends; the server may mark the flow itself instead.
 * A flow that leads back was walked only where something was returned.
 */
export function flowState(source: Mark | undefined, target: Mark | undefined, back: boolean): State | null {
  if (!source || !target || isHeat(source) || isHeat(target)) return null;
  if (source.state === 'cancelled' || target.state === 'cancelled') return null;
  if (back) return source.state === 'back' || target.state === 'back' ? 'back' : null;
  return source.state === 'now' ? null : 'done';
}
