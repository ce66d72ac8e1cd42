// Panels behind tabs; without a script the bar is a list of links to panels that all stand open.

export function showTabs(root: ParentNode): void {
  for (const bar of root.querySelectorAll<HTMLElement>('[data-qc-tabs]')) {
    const links = [...bar.querySelectorAll<HTMLAnchorElement>('a[data-qc-tab]')];
    const panels = links.map((link) => document.getElementById(link.hash.slice(1)));
    const show = (index: number): void => {
      links.forEach((link, at) => {
        if (at === index) link.setAttribute('aria-current', 'true');
        else link.removeAttribute('aria-current');
        const panel = panels[at];
        if (panel) panel.hidden = at !== index;
      });
    };
    links.forEach((link, index) => {
      link.addEventListener('click', (event) => {
        event.preventDefault();
        show(index);
        panels[index]?.focus();
      });
    });
    const wrong = panels.findIndex((panel) => panel?.querySelector('.is-invalid'));
    show(Math.max(wrong, 0));
    // A line of the error summary may lead into a panel that is not in front.
    window.addEventListener('hashchange', () => {
      const target = document.getElementById(location.hash.slice(1));
      const index = panels.findIndex((panel) => target !== null && panel?.contains(target));
      if (index < 0) return;
      show(index);
      target?.focus();
    });
  }
}
