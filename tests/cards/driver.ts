// Drives the cards without a page: reads {xml, edits} as JSON from standard input, a line each, answers with a line each.
import { createInterface } from 'node:readline';

import { Book } from '../../webapp/frontend/src/card-designer/book.ts';
import { Unshown, type Sequence, type Split } from '../../webapp/frontend/src/card-designer/cards.ts';
import { plain } from '../../webapp/frontend/src/card-designer/plain.ts';
import type { Moddle } from '../../webapp/frontend/src/process-designer/model.ts';

type Edit = { act: string; at: string; type?: string; branch?: number; to?: string };

/** Find the sequence a card stands in, and its place there. */
function seek(sequence: Sequence, id: string): { sequence: Sequence; index: number } | undefined {
  const index = sequence.blocks.findIndex((each) => each.node.id === id);
  if (index >= 0) return { sequence, index };
  for (const block of sequence.blocks) {
    for (const inner of block.kind === 'split' ? block.branches : block.body ? [block.body] : []) {
      const found = seek(inner, id);
      if (found) return found;
    }
  }
  return undefined;
}

function edit(book: Book, { act, at, type, branch, to }: Edit): void {
  const sheet = book.sheet();
  const edits = book.edits();
  if (act === 'begin') return void edits.begin(sheet.process, sheet.start);
  if (act === 'insert' || act === 'split') {
    const flow = book.element(at)?.businessObject as Moddle;
    if (act === 'insert') edits.insert(flow, { type: type ?? 'bpmn:UserTask', name: '新' });
    else edits.insertSplit(flow, type ?? 'bpmn:ParallelGateway', '分');
    return;
  }
  const found = seek(sheet, at);
  if (!found) throw new Error(`no card ${at}`);
  const split = found.sequence.blocks[found.index] as Split;
  const way = split.branches?.[branch ?? 0];
  if (act === 'remove') edits.remove(found.sequence, found.index);
  else if (act === 'swap') edits.swap(found.sequence, found.index);
  else if (act === 'add-branch') edits.addBranch(split);
  else if (way && act === 'remove-branch') edits.removeBranch(split, way);
  else if (way && act === 'end-branch') edits.endBranch(split, way, to === 'join' || to === 'end' ? to : (book.element(to ?? '')?.businessObject as Moddle));
}

for await (const line of createInterface({ input: process.stdin })) {
  const given = JSON.parse(line) as { xml: string; edits?: Edit[] };
  const book = new Book();
  let answer: object;
  try {
    await book.read(given.xml);
    for (const each of given.edits ?? []) edit(book, each);
    answer = { cards: plain(book.sheet()), xml: await book.write() };
  } catch (why) {
    answer = why instanceof Unshown ? { refused: why.reason, element: why.element?.id ?? null } : { failed: String(why) };
  }
  console.log(JSON.stringify(answer));
}
