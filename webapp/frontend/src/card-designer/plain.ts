// The cards as plain data, for who cannot hold on to the file's own tree.
import type { Sequence, Sheet } from './cards.ts';

export type Plain = { id: string; kind: string; sides?: string[]; body?: Plain[]; branches?: { flow: string; cards: Plain[]; leaves: string }[] };

export function plain(sheet: Sheet | Sequence): Plain[] {
  return sheet.blocks.map((block) => {
    const id = block.node.id ?? '';
    const kind = block.node.$type.replace('bpmn:', '');
    if (block.kind === 'step') return { id, kind, ...(block.sides.length ? { sides: block.sides.map((each) => each.node.id ?? '') } : {}), ...(block.body ? { body: plain(block.body) } : {}) };
    return { id, kind, branches: block.branches.map((each) => ({ flow: each.flow.id ?? '', cards: plain(each), leaves: each.end ? 'end' : each.back ? `back:${each.back.id}` : 'join' })) };
  });
}
