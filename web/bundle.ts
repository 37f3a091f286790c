import path from 'node:path';

import { build } from 'vite';

/** Builds the pages into that folder. */
export async function bundle(outDir: string): Promise<void> {
  await build({
    root: import.meta.dirname,
    configFile: path.join(import.meta.dirname, 'vite.config.ts'),
    build: { outDir, emptyOutDir: true },
  });
}
