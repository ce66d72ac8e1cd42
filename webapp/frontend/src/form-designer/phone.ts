// On a narrow screen the paper comes first: what is beside it on a wide one opens as a sheet from below.
import { byId } from '../designing/dom.ts';

const SHEETS = ['parts', 'props'] as const;
const WIDE = '(min-width: 64.01rem)';

/** Let the buttons open and close their sheets; the returned function closes them, for whoever has added something. */
export function keepSheets(): () => void {
  const sheet = (name: string): HTMLElement => byId(`${name}-sheet`);
  const opener = (name: string): HTMLElement => byId(`open-${name}`);
  const set = (name: string, open: boolean): void => {
    sheet(name).classList.toggle('open', open);
    opener(name).setAttribute('aria-expanded', String(open));
  };
  const close = (): void => {
    for (const name of SHEETS) {
      if (!sheet(name).classList.contains('open')) continue;
      set(name, false);
      opener(name).focus();
    }
  };
  for (const name of SHEETS) {
    opener(name).addEventListener('click', () => {
      const open = !sheet(name).classList.contains('open');
      close();
      set(name, open);
      if (open) sheet(name).querySelector<HTMLElement>('input, select, textarea, button')?.focus();
    });
    sheet(name).addEventListener('keydown', (event) => {
      if (event.key === 'Escape') close();
    });
  }
  byId('stage').addEventListener('click', close);
  matchMedia(WIDE).addEventListener('change', () => SHEETS.forEach((name) => set(name, false)));
  return close;
}
