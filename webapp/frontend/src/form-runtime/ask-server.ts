// The server decides what a form looks like; this asks it for the form as it would be now and saves nothing.

/** Send the form as it stands, as if `button` were pressed, and return the form of the answer; null if there is none. */
export async function askServer(form: HTMLFormElement, button: readonly [string, string], files: boolean): Promise<HTMLFormElement | null> {
  const body = new FormData(form);
  if (!files) for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
  body.append(...button);
  try {
    // Not form.action: a button called "action" stands in its way.
    const answer = await fetch(form.getAttribute('action') ?? location.href, { method: 'POST', body, headers: { Accept: 'text/html' } });
    if (answer.redirected || !(answer.ok || answer.status === 422)) return null;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    return page.querySelector<HTMLFormElement>('form[data-keep]');
  } catch {
    return null;
  }
}
