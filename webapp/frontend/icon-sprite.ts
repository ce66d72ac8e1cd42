// Builds one SVG sprite from the icons named in src/icons.txt; a name bootstrap-icons lacks fails the build.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import type { Plugin } from 'vite';

const folder = join(dirname(createRequire(import.meta.url).resolve('bootstrap-icons/package.json')), 'icons');

function symbol(name: string): string {
  const svg = readFileSync(join(folder, `${name}.svg`), 'utf8');
  const inner = svg.replace(/^[\s\S]*?<svg[^>]*>/, '').replace(/<\/svg>\s*$/, '');
  return `<symbol id="${name}" viewBox="0 0 16 16">${inner.replace(/\s*\n\s*/g, '')}</symbol>`;
}

/** Emit the sprite as `icons.svg` (hashed, listed in the manifest). */
export function iconSprite(list: string): Plugin {
  return {
    name: 'icon-sprite',
    buildStart() {
      this.addWatchFile(list);
      const names = readFileSync(list, 'utf8').split(/\s+/).filter(Boolean);
      const body = names.map(symbol).join('\n');
      this.emitFile({
        type: 'asset',
        name: 'icons.svg',
        originalFileName: 'icons.svg',
        source: `<svg xmlns="http://www.w3.org/2000/svg">\n${body}\n</svg>\n`,
      });
    },
  };
}
