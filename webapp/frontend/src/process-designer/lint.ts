// What the engine's check found, told by what the elements are called; each finding leads to its element.
import { byId, el, icon, say } from '../designing/dom.ts';
import { told } from './naming.ts';
import type { Diagram, Element } from './model.ts';
import type { Offers } from './offers.ts';

export interface Finding {
  severity: string;
  element_id: string | null;
  line: number | null;
  message: string;
}
interface Overlays {
  add: (element: string, kind: string, overlay: object) => string;
  remove: (filter: { type: string }) => void;
}
const MOST = 80;

export function lint(diagram: Diagram, offers: Offers, select: (element: Element) => void): (findings: Finding[]) => void {
  const canvas = diagram.modeler.get<{ addMarker: (id: string, marker: string) => void; removeMarker: (id: string, marker: string) => void }>('canvas');
  const overlays = diagram.modeler.get<Overlays>('overlays');
  let marked: string[] = [];

  function line(found: Finding): HTMLElement {
    const element = found.element_id === null ? undefined : diagram.element(found.element_id);
    const [tone, sign] = found.severity === 'error' ? ['red', 'exclamation-octagon-fill'] : ['amber', 'exclamation-triangle-fill'];
    const item = el('li', { class: `t-${tone}` }, icon(sign ?? ''), el('span', {}, ...words(found.message, element)));
    if (found.element_id) item.dataset['element'] = found.element_id;
    return item;
  }

  /** Ids in a message give way to what their elements are called; the first mention of the element itself is the link. */
  function words(message: string, element: Element | undefined): (Node | string)[] {
    const plain = message.replace(/“([^”]+)”/g, (hit, id: string) => {
      const meant = diagram.element(id);
      return meant && !meant.businessObject.name?.includes(id) ? told(meant, offers) : hit;
    });
    if (!element) return [plain];
    const name = told(element, offers);
    const link = el('a', { href: '#', click: (event) => (event.preventDefault(), select(element)) }, name);
    const [before, ...after] = plain.split(name);
    return after.length ? [before ?? '', link, after.join(name)] : [link, say('told:colon'), plain];
  }

  return (findings) => {
    for (const id of marked) if (diagram.element(id)) for (const marker of ['wrong', 'doubtful']) canvas.removeMarker(id, marker);
    overlays.remove({ type: 'lint' });
    const worst = new Map<string, Finding>();
    for (const each of findings) {
      const element = each.element_id === null ? undefined : diagram.element(each.element_id);
      if (element && worst.get(element.id)?.severity !== 'error') worst.set(element.id, each);
    }
    marked = [...worst.keys()];
    for (const [id, found] of worst) {
      const bad = found.severity === 'error';
      canvas.addMarker(id, bad ? 'wrong' : 'doubtful');
      const element = diagram.element(id);
      if (element && !element.source) overlays.add(id, 'lint', { position: { top: -10, right: 10 }, html: el('span', { class: `lint-badge t-${bad ? 'red' : 'amber'}`, title: found.message }, '!') });
    }
    const lines = findings.slice(0, MOST).map(line);
    const errors = findings.filter((each) => each.severity === 'error').length;
    if (!errors) lines.unshift(el('li', { class: 't-green' }, icon('check-circle-fill'), el('span', {}, say('can-publish'))));
    byId('lint').replaceChildren(...lines);
    byId('lint-count').textContent = say('lint-count', { errors, remarks: findings.length - errors });
    document.body.dataset['checked'] = String(Number(document.body.dataset['checked'] ?? 0) + 1);
  };
}
