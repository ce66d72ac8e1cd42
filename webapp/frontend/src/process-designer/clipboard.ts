// What was copied is kept by the browser, so that it can be pasted into another process in another tab.
import { list, type Diagram, type Moddle } from './model.ts';

const KEY = 'qingche:copied';
const REFERENCES: { [word: string]: string } = { messageRef: 'bpmn:Message', signalRef: 'bpmn:Signal', errorRef: 'bpmn:Error', escalationRef: 'bpmn:Escalation' };

interface Kept {
  $attrs?: object;
  $uri?: string;
  $refs?: { [word: string]: string };
}
interface Model {
  create: (type: string, words: object) => Moddle;
  createAny: (type: string, uri: string, words: object) => Moddle;
}

/** The library's clipboard by another home; `diagram` is asked for when something is pasted. */
export function sharedClipboard(diagram: () => Diagram): { clipboard: ['value', { get: () => unknown; set: (tree: unknown) => void; clear: () => void; isEmpty: () => boolean }] } {
  return {
    clipboard: [
      'value',
      {
        get: () => read(localStorage.getItem(KEY), diagram()),
        set: (tree) => localStorage.setItem(KEY, write(tree)),
        clear: () => localStorage.removeItem(KEY),
        isEmpty: () => localStorage.getItem(KEY) === null,
      },
    ],
  };
}

/** References are left out by the model itself; those to names at the root of the file go along by name. */
function write(tree: unknown): string {
  return JSON.stringify(tree, (_key, value: unknown) => {
    const part = value as (Moddle & { $attrs?: object; $descriptor?: { ns?: { uri?: string }; isGeneric?: boolean } }) | null;
    if (typeof part !== 'object' || part === null || typeof part.$type !== 'string' || '$kept' in part) return value;
    const refs = Object.entries(REFERENCES).flatMap(([word]) => {
      const name = (part[word] as Moddle | undefined)?.name;
      return name ? [[word, name] as const] : [];
    });
    const uri = part.$descriptor?.isGeneric ? part.$descriptor.ns?.uri : undefined;
    return { ...part, $kept: { ...(part.$attrs ? { $attrs: part.$attrs } : {}), ...(uri ? { $uri: uri } : {}), ...(refs.length ? { $refs: Object.fromEntries(refs) } : {}) } };
  });
}

function read(text: string | null, diagram: Diagram): unknown {
  const model = diagram.modeler.get<Model>('moddle');
  const made = new Map<string, Moddle>();
  return JSON.parse(text ?? '{}', (_key, value: unknown) => {
    const part = value as (Moddle & { $kept?: Kept }) | null;
    if (typeof part !== 'object' || part === null || typeof part.$type !== 'string') return value;
    const { $type, $kept, ...words } = part;
    const known = typeof words.id === 'string' ? made.get(words.id) : undefined;
    if (known) return known;
    const element = $kept?.$uri ? model.createAny($type, $kept.$uri, words) : model.create($type, { ...words, ...$kept?.$attrs });
    for (const [word, name] of Object.entries($kept?.$refs ?? {})) element[word] = diagram.named(REFERENCES[word] ?? '', name);
    for (const word of ['eventDefinitions', 'values', 'documentation']) for (const child of list(element, word)) child.$parent = element;
    if (typeof words.id === 'string') made.set(words.id, element);
    return element;
  });
}
