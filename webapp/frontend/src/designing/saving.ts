// A working copy saved a moment after each change, over the revision it was read at and never over somebody else's.
import { byId, el, say } from './dom.ts';
import { afterQuiet, post } from './talk.ts';
import type { Obj } from './json.ts';

interface Copy {
  url: string;
  revision: number;
  /** What is to be stored now. */
  body: () => Promise<Obj> | Obj;
  /** The same as a file to take along when somebody else was faster. */
  file: () => Promise<{ name: string; type: string; text: string }> | { name: string; type: string; text: string };
}

const QUIET = 900;
const AGAIN = 5000;

/** Keep a copy saved; call the answer after each change. Links marked `data-leave` wait for what is not stored yet. */
export function keepSaved(copy: Copy): () => void {
  let { revision } = copy;
  // How many changes there were, and how many of them are stored.
  let made = 0;
  let stored = 0;
  let halted = false;
  const note = byId('saved');

  const saving = afterQuiet(QUIET, async () => {
    if (made === stored || halted) return;
    const now = made;
    note.textContent = say('saving');
    try {
      const { status, answer } = await post<{ revision: number; saved: string; message?: string; detail?: string }>(copy.url, { ...(await copy.body()), revision });
      if (status === 409) return void (await overtaken(answer.detail ?? answer.message ?? ''));
      if (status !== 200) throw new Error(String(status));
      revision = answer.revision;
      stored = now;
      if (made === stored) note.textContent = say('saved', { at: answer.saved });
    } catch {
      note.textContent = say('not-saved');
      setTimeout(saving.wish, AGAIN);
    }
  });

  /** Somebody else saved first: nothing is overwritten, what is here can be taken along. */
  async function overtaken(why: string): Promise<void> {
    halted = true;
    const { name, type, text } = await copy.file();
    const mine = URL.createObjectURL(new Blob([text], { type }));
    note.replaceChildren(`${why || say('overtaken')} `, el('a', { href: mine, download: name }, say('take-mine')), ' · ', el('a', { href: '' }, say('see-theirs')));
  }

  for (const link of document.querySelectorAll<HTMLAnchorElement>('a[data-leave]')) {
    link.addEventListener('click', (event) => {
      if (made === stored) return;
      event.preventDefault();
      void saving.now().then(() => (location.href = link.href));
    });
  }
  addEventListener('beforeunload', (event) => {
    if (made !== stored) event.preventDefault();
  });
  return () => {
    made += 1;
    if (!halted) note.textContent = say('unsaved');
    saving.wish();
  };
}
