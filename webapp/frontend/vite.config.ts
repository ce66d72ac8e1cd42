// One entry a kind of page; the built names carry a hash, the server finds them through the manifest.
import { resolve } from 'node:path';

import { defineConfig } from 'vite';

import { compressedTwins } from './compressed-twins.ts';
import { iconSprite } from './icon-sprite.ts';

export default defineConfig({
  base: './',
  plugins: [iconSprite(resolve(import.meta.dirname, 'src/icons.txt')), compressedTwins()],
  build: {
    outDir: resolve(import.meta.dirname, '../static/dist'),
    emptyOutDir: true,
    manifest: true,
    target: 'es2020',
    cssTarget: 'chrome90',
    // The content policy allows no inline script, and data: for images only.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rollupOptions: {
      input: ['src/theme/theme.ts', 'src/shared/site.ts', 'src/form-runtime/form.ts', 'src/case-diagram/diagram.ts', 'src/replay/replay.ts', 'src/form-designer/designer.ts', 'src/process-designer/designer.ts', 'src/decision-designer/designer.ts', 'src/card-designer/designer.ts'],
    },
  },
});
