// Everything by keyboard: the same keys in the list of elements and on the canvas.
import { byId } from '../designing/dom.ts';
import type { Drawing } from './drawing.ts';
import type { Menus } from './menus.ts';
import type { Diagram, Element } from './model.ts';

interface Actions {
  trigger: (action: string, options?: object) => unknown;
}
const WRITING = 'input, textarea, select, [contenteditable=true]';
const BY_CONTROL: { [key: string]: string } = { z: 'undo', y: 'redo', c: 'copy', f: 'find' };

/** What a key does with one element; true when it did something. */
export function elementKeys(diagram: Diagram, drawing: Drawing, menus: Menus): (event: KeyboardEvent, element: Element) => boolean {
  const acts: { [key: string]: (element: Element) => void } = {
    a: menus.follow,
    c: menus.connect,
    n: menus.begin,
    r: menus.replace,
    e: (element) => diagram.modeler.get<{ activate: (element: Element) => void }>('directEditing').activate(element),
    Enter: () => byId('props').querySelector<HTMLElement>(WRITING)?.focus(),
    Delete: (element) => drawing.remove([element]),
  };
  return (event, element) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return false;
    act(element);
    return true;
  };
}

export function keys(diagram: Diagram, drawing: Drawing, element: (event: KeyboardEvent, element: Element) => boolean): void {
  const canvas = diagram.modeler.get<{ focus: () => void; getContainer: () => HTMLElement }>('canvas');
  const actions = diagram.modeler.get<Actions>('editorActions');
  const keyboard = diagram.modeler.get<{ addListener: (priority: number, listener: (context: { keyEvent: KeyboardEvent }) => unknown) => void }>('keyboard');

  keyboard.addListener(2000, ({ keyEvent }) => {
    if ((keyEvent.ctrlKey || keyEvent.metaKey) && keyEvent.key.toLowerCase() === 'v') return paste(diagram), true;
    if (!['a', 'c', 'n', 'enter'].includes(keyEvent.key.toLowerCase())) return undefined;
    const [chosen, ...more] = drawing.selected();
    return !more.length && element(keyEvent, chosen ?? diagram.root) ? true : undefined;
  });
  document.addEventListener('keydown', (event) => {
    const at = event.target as HTMLElement;
    if (event.key === 'Escape' && byId('props').contains(at)) return canvas.focus();
    if (!(event.ctrlKey || event.metaKey) || at.closest(WRITING) || at.closest('svg')) return;
    const key = event.key.toLowerCase();
    const action = key === 'z' && event.shiftKey ? 'redo' : BY_CONTROL[key];
    if (!action && key !== 'v') return;
    event.preventDefault();
    if (action) actions.trigger(action);
    else paste(diagram);
  });
}

/** Put what was copied in sight at once, so that no pointer is needed to drop it. */
export function paste(diagram: Diagram): void {
  const canvas = diagram.modeler.get<{ viewbox: () => { x: number; y: number; width: number; height: number } }>('canvas');
  const { x, y, width, height } = canvas.viewbox();
  diagram.modeler.get<{ paste: (context: object) => void }>('copyPaste').paste({ element: diagram.root, point: { x: Math.round(x + width / 2), y: Math.round(y + height / 2) } });
}
