// Leaves a .gz beside every built file that is worth it; the server sends it to browsers that take gzip.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import type { Plugin } from 'vite';

const worthwhile = /\.(css|js|svg)$/;
const smallest = 1024;

export function compressedTwins(): Plugin {
  return {
    name: 'compressed-twins',
    apply: 'build',
    writeBundle({ dir }) {
      const folder = join(dir ?? '', 'assets');
      for (const name of readdirSync(folder)) {
        const content = readFileSync(join(folder, name));
        if (worthwhile.test(name) && content.length >= smallest) writeFileSync(join(folder, `${name}.gz`), gzipSync(content, { level: 9 }));
      }
    },
  };
}
