// Replays a case without loading the page anew: slider, play, every link to another moment. Without it each is a page.
import { drawAll } from '../case-diagram/diagram.ts';

const root = document.querySelector<HTMLElement>('[data-replay]');
let asked = 0;
let player = 0;

/** Show the moment an address names; the newest wish wins, whatever order the answers come in. */
async function go(address: string): Promise<boolean> {
  if (!root) return false;
  const mine = ++asked;
  const url = new URL(address, location.href);
  url.searchParams.set('part', '1');
  // A long chain is checked once the page is there, with the first moment that is asked for.
  if (root.querySelector('[data-later]')) url.searchParams.set('prove', '1');
  const answer = await fetch(url).catch(() => null);
  if (mine !== asked) return false;
  if (!answer?.ok || answer.redirected) {
    location.assign(address);
    return false;
  }
  const text = await answer.text();
  if (mine !== asked) return false;
  show(root, text);
  for (const name of ['part', 'prove']) url.searchParams.delete(name);
  history.replaceState(null, '', url);
  return true;
}

function show(into: HTMLElement, text: string): void {
  const focused = into.contains(document.activeElement) ? keyOf(document.activeElement) : null;
  const speed = into.querySelector<HTMLSelectElement>('#speed')?.value;
  // The old drawing stays in sight until the new one is drawn, so that nothing jumps while it plays.
  const height = into.querySelector<HTMLElement>('.diagram')?.offsetHeight ?? 0;
  into.replaceChildren(...new DOMParser().parseFromString(text, 'text/html').body.childNodes);
  const figure = into.querySelector<HTMLElement>('.diagram');
  if (figure && height > 0) figure.style.setProperty('min-height', `${height}px`);
  const select = into.querySelector<HTMLSelectElement>('#speed');
  if (select && speed) select.value = speed;
  prepare(into);
  if (focused) into.querySelector<HTMLElement>(focused)?.focus({ preventScroll: true });
  drawAll();
}

/** What of the old part had the focus, found again in the new one. */
function keyOf(element: Element | null): string | null {
  if (element?.id) return `#${element.id}`;
  if (element?.matches('[data-play]')) return '[data-play]';
  const links = [...document.querySelectorAll('.player [data-go]')];
  const place = element ? links.indexOf(element) : -1;
  if (place >= 0) return `.player [data-go]:nth-child(${place + 1})`;
  return element?.matches('.events a') ? '.events a[aria-current]' : null;
}

function prepare(into: HTMLElement): void {
  for (const hidden of into.querySelectorAll<HTMLElement>('[data-playing]')) hidden.hidden = false;
  into.querySelector('.events [aria-current]')?.scrollIntoView({ block: 'nearest' });
  const button = into.querySelector<HTMLElement>('[data-play]');
  const word = button?.querySelector<HTMLElement>('[data-play-word]');
  button?.setAttribute('aria-pressed', String(player !== 0));
  if (player !== 0 && word) word.textContent = word.dataset['playWord'] ?? '';
}

function slider(): HTMLInputElement | null {
  return root?.querySelector<HTMLInputElement>('#at') ?? null;
}

function addressOf(seq: number): string {
  const url = new URL(location.href);
  for (const name of ['from', 'check', 'time']) url.searchParams.delete(name);
  url.searchParams.set('at', String(seq));
  return url.href;
}

function stop(): void {
  window.clearTimeout(player);
  player = 0;
  const word = root?.querySelector<HTMLElement>('[data-play-word]');
  root?.querySelector('[data-play]')?.setAttribute('aria-pressed', 'false');
  if (word && root?.dataset['playWord']) word.textContent = root.dataset['playWord'];
}

function playOn(): void {
  const pause = Number(root?.querySelector<HTMLSelectElement>('#speed')?.value ?? 1500);
  player = window.setTimeout(() => {
    const at = slider();
    if (!at || Number(at.value) >= Number(at.max)) {
      stop();
      return;
    }
    void go(addressOf(Number(at.value) + 1)).then((shown) => {
      if (player === 0) return;
      if (shown) playOn();
      else stop();
    });
  }, pause);
}

function toggle(): void {
  if (player !== 0) {
    stop();
    return;
  }
  const at = slider();
  const begin = at && Number(at.value) >= Number(at.max) ? go(addressOf(1)) : Promise.resolve(true);
  playOn();
  if (root) void begin.then(() => prepare(root));
}

if (root) {
  const play = root.querySelector<HTMLElement>('[data-play-word]');
  root.dataset['playWord'] = play?.textContent ?? '';
  root.addEventListener('click', (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest('[data-play]')) toggle();
    const link = target?.closest<HTMLAnchorElement>('a[data-go]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    stop();
    void go(link.href);
  });
  root.addEventListener('input', (event) => {
    if (event.target !== slider()) return;
    stop();
    void go(addressOf(Number(slider()?.value)));
  });
  root.addEventListener('submit', (event) => {
    event.preventDefault();
    void go(addressOf(Number(slider()?.value)));
  });
  // Arrows, Home and End move the slider by themselves; space plays.
  root.addEventListener('keydown', (event) => {
    if (event.key !== ' ' || event.target !== slider()) return;
    event.preventDefault();
    toggle();
  });
  prepare(root);
  if (root.querySelector('[data-later]')) window.addEventListener('load', () => void go(location.href));
}
