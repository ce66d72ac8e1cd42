// Tabs of a designer: one open at a time, walked with the arrow keys.
import { byId } from './dom.ts';

/** Make every `role=tab` below `home` open its panel; `opened` is told after each change. */
export function tabs(home: ParentNode, opened: () => void = () => undefined): void {
  const all = [...home.querySelectorAll<HTMLElement>('[role=tab]')];
  const open = (tab: HTMLElement): void => {
    for (const each of all) {
      const on = each === tab;
      each.setAttribute('aria-selected', String(on));
      each.tabIndex = on ? 0 : -1;
      byId(each.getAttribute('aria-controls') ?? '').hidden = !on;
    }
    opened();
  };
  all.forEach((tab, at) => {
    tab.addEventListener('click', () => open(tab));
    tab.addEventListener('keydown', (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      const next = step === undefined ? undefined : all[(at + step + all.length) % all.length];
      if (!next) return;
      next.focus();
      open(next);
    });
  });
}
