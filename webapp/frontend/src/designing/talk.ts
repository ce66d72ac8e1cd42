// A designer's talk with the server.
import type { Json } from './json.ts';

/** Post JSON; resolves with status and answer, also of refusals. Rejects only when nobody answered. */
export async function post<T>(url: string, body: Json): Promise<{ status: number; answer: T }> {
  const token = document.querySelector<HTMLInputElement>('.designing > input[name=csrf_token]')?.value ?? '';
  const reply = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-CSRFToken': token },
    body: JSON.stringify(body),
  });
  return { status: reply.status, answer: (await reply.json().catch(() => ({}))) as T };
}

/** Run `work` once things have been quiet for `wait` ms; one at a time, the newest wish last. */
export function afterQuiet(wait: number, work: () => Promise<void>): { wish: () => void; now: () => Promise<void> } {
  let timer = 0;
  let running: Promise<void> = Promise.resolve();
  const now = (): Promise<void> => {
    clearTimeout(timer);
    timer = 0;
    running = running.then(work, work);
    return running;
  };
  return {
    wish: () => {
      clearTimeout(timer);
      timer = setTimeout(() => void now(), wait);
    },
    now,
  };
}

/** Fetch JSON; what is no answer is an empty object. */
export async function get<T extends object>(url: string): Promise<Partial<T>> {
  const reply = await fetch(url, { headers: { Accept: 'application/json' } });
  return reply.ok ? ((await reply.json().catch(() => ({}))) as T) : {};
}
