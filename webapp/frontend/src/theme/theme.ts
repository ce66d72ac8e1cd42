// Runs before the page is painted, as a plain script: no import may be added. Without it "auto" stays light.
{
  const root = document.documentElement;
  if (root.dataset['theme'] === 'auto') {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const apply = (): void => {
      root.dataset['bsTheme'] = dark.matches ? 'dark' : 'light';
    };
    apply();
    dark.addEventListener('change', apply);
  }
}
