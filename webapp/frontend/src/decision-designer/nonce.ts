// The cell editor adds <style> elements; the content policy takes them with the page's nonce. Imported first.
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce;
if (nonce) {
  const make = document.createElement.bind(document);
  document.createElement = ((tag: string, options?: ElementCreationOptions) => {
    const made = make(tag, options);
    if (tag.toLowerCase() === 'style') made.setAttribute('nonce', nonce);
    return made;
  }) as typeof document.createElement;
}
