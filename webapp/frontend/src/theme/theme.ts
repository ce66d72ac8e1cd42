// Runs before the page is painted, as a plain script: no import may be added. Without it "auto" stays light.
{
  const root = document.documentElement;
  root.classList.add('js');
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const wanted = root.dataset['theme'] ?? 'light';
  const apply = (): void => {
    root.dataset['bsTheme'] = wanted === 'auto' ? (dark.matches ? 'dark' : 'light') : wanted;
  };
  apply();
  dark.addEventListener('change', apply);
  // Paper is light.
  addEventListener('beforeprint', () => (root.dataset['bsTheme'] = 'light'));
  addEventListener('afterprint', apply);
}
