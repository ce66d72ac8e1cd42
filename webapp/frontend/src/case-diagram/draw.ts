// bpmn-js read only: colours by state, counts as badges, zoom by buttons, a fresh fit for paper.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import type Canvas from 'diagram-js/lib/core/Canvas';
import type ElementRegistry from 'diagram-js/lib/core/ElementRegistry';
import type Overlays from 'diagram-js/lib/features/overlays/Overlays';
import type { ElementLike } from 'diagram-js/lib/model/Types';

import { colours, flowState, leadsBack, readXml, type DiagramData, type Mark } from './marks.ts';

const room = { top: 24, side: 24, bottom: 40 };
const tallest = 560;
const readable = 0.7;
const tallestReadable = 640;
// A4 less its margins, in CSS pixels, less the panel's padding.
const paperWidth = 630;

export async function draw(figure: HTMLElement, container: HTMLElement, data: DiagramData): Promise<void> {
  const viewer = new NavigatedViewer({
    container,
    // The wheel scrolls the page; zooming has its buttons.
    zoomScroll: { enabled: false },
    bpmnRenderer: {
      defaultFillColor: 'var(--qc-surface)',
      defaultStrokeColor: 'var(--qc-control)',
      defaultLabelColor: 'var(--qc-ink)',
    },
  });
  // Colours go into the drawing's own attributes before it is rendered, so that arrow heads get them too.
  viewer.on('import.render.start', (event: { definitions: Definitions }) => colour(event.definitions, data.marks));
  await viewer.importXML(await readXml(data));
  const canvas = viewer.get<Canvas>('canvas');
  const registry = viewer.get<ElementRegistry>('elementRegistry');
  const overlays = viewer.get<Overlays>('overlays');
  registry.forEach((element) => mark(element, data.marks, canvas));
  for (const [id, { state, count, note }] of Object.entries(data.marks)) {
    if (note && registry.get(id)) {
      const words = document.createElement('span');
      words.className = 'diagram-note';
      words.textContent = note;
      overlays.add(id, 'note', { position: { bottom: 4, left: 0 }, html: words });
    }
    if (count === undefined || count === null || count === '' || !registry.get(id)) continue;
    const badge = document.createElement('span');
    badge.className = `diagram-count ${state}`;
    badge.textContent = String(count);
    overlays.add(id, 'count', { position: { top: -12, right: 4 }, html: badge });
  }
  const present = (): void => {
    fit(canvas, container);
    if (canvas.zoom() < readable) showNow(canvas, container, registry, data);
  };
  present();
  connectTools(figure, canvas, container);
  fitToPaper(canvas, container, present);
  let width = container.clientWidth;
  new ResizeObserver(() => {
    if (container.style.width || container.clientWidth === width || container.clientWidth === 0) return;
    width = container.clientWidth;
    canvas.resized();
    present();
  }).observe(container);
}

interface Definitions {
  readonly diagrams?: readonly { readonly plane?: { readonly planeElement?: readonly Shape[] } }[];
}

interface Shape {
  readonly waypoint?: readonly { readonly x: number }[];
  readonly bpmnElement?: { readonly id?: string; readonly sourceRef?: { id: string }; readonly targetRef?: { id: string } };
  set(name: string, value: string): void;
}

function colour(definitions: Definitions, marks: DiagramData['marks']): void {
  for (const diagram of definitions.diagrams ?? []) {
    for (const shape of diagram.plane?.planeElement ?? []) {
      const element = shape.bpmnElement;
      const own = element?.id === undefined ? undefined : marks[element.id];
      const { sourceRef, targetRef } = element ?? {};
      if (own) {
        shape.set('bioc:stroke', colours[own.state][0]);
        shape.set('bioc:fill', colours[own.state][1]);
      } else if (sourceRef && targetRef) {
        const state = flowState(marks[sourceRef.id], marks[targetRef.id], leadsBack(shape.waypoint ?? []));
        if (state) shape.set('bioc:stroke', colours[state][0]);
      }
    }
  }
}

interface Connected extends ElementLike {
  readonly source?: ElementLike;
  readonly target?: ElementLike;
  readonly waypoints?: readonly { readonly x: number }[];
}

function mark(element: Connected, marks: Readonly<Record<string, Mark>>, canvas: Canvas): void {
  const own = marks[element.id];
  const { source, target, waypoints } = element;
  const state = own
    ? own.state
    : source && target && flowState(marks[source.id], marks[target.id], leadsBack(waypoints ?? []));
  if (state) canvas.addMarker(element.id, state);
}

/** Fit the whole drawing to the width, never larger than drawn, and give the canvas the height that takes. */
function fit(canvas: Canvas, container: HTMLElement): void {
  const { inner } = canvas.viewbox();
  const width = container.clientWidth - 2 * room.side;
  if (width <= 0 || inner.width === 0) return;
  const height = Math.min(tallest, inner.height * Math.min(1, width / inner.width));
  const scale = Math.min(1, width / inner.width, height / inner.height);
  container.style.height = `${Math.ceil(inner.height * scale) + room.top + room.bottom}px`;
  canvas.resized();
  const free = Math.max(0, container.clientWidth - inner.width * scale) / 2;
  canvas.viewbox({
    x: inner.x - free / scale,
    y: inner.y - room.top / scale,
    width: container.clientWidth / scale,
    height: container.clientHeight / scale,
  });
}

/** A long path is too small to read as a whole: show the part where the case stands; the rest is a drag or a button away. */
function showNow(
  canvas: Canvas,
  container: HTMLElement,
  registry: ElementRegistry,
  data: DiagramData,
): void {
  const { inner } = canvas.viewbox();
  const now = Object.keys(data.marks).filter((id) => data.marks[id]!.state === 'now');
  const wanted = now.length > 0 ? now : [data.focus ?? ''];
  const shapes = wanted.flatMap((id) => (registry.get(id) as (ElementLike & Box) | undefined) ?? []);
  const middle = shapes.reduce((sum, shape) => sum + shape.x + shape.width / 2, 0) / Math.max(1, shapes.length);
  const height = Math.min(tallestReadable, inner.height * readable + room.top + room.bottom);
  container.style.height = `${Math.ceil(height)}px`;
  canvas.resized();
  const seen = container.clientWidth / readable;
  const last = inner.x + inner.width + room.side / readable - seen;
  const x = Math.max(inner.x - room.side / readable, Math.min(last, (middle || inner.x) - seen * 0.6));
  canvas.viewbox({ x, y: inner.y - room.top / readable, width: seen, height: height / readable });
}

interface Box {
  readonly x: number;
  readonly width: number;
}

/** Shrink the canvas as it is, badges and all, to the width of a sheet; the page's own width is not known yet. */
function fitToPaper(canvas: Canvas, container: HTMLElement, present: () => void): void {
  window.addEventListener('beforeprint', () => {
    fit(canvas, container);
    const { clientWidth } = container;
    container.style.width = `${clientWidth}px`;
    container.style.setProperty('zoom', String(Math.min(1, paperWidth / clientWidth)));
  });
  window.addEventListener('afterprint', () => {
    container.style.removeProperty('width');
    container.style.removeProperty('zoom');
    present();
  });
}

function connectTools(figure: HTMLElement, canvas: Canvas, container: HTMLElement): void {
  for (const button of figure.querySelectorAll<HTMLButtonElement>('[data-zoom]')) {
    button.addEventListener('click', () => {
      const way = button.dataset['zoom'];
      if (way === 'fit') fit(canvas, container);
      else canvas.zoom(canvas.zoom() * (way === 'in' ? 1.25 : 0.8));
    });
  }
}
