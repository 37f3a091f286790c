import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { z } from 'zod';

const Manifest = z.object({ name: z.string(), version: z.string(), license: z.string() });

/** The licences of the packages that these modules are from, as they ask to be handed on. */
export function licencesOf(modules: readonly string[]): string {
  const folders = new Set(modules.flatMap((file) => packageOf(file) ?? []));
  const texts = [...folders].toSorted().map((folder) => {
    const manifest = readFileSync(path.join(folder, 'package.json'), 'utf8');
    const { name, version, license } = Manifest.parse(JSON.parse(manifest));
    const [file] = globSync('{LICENSE,LICENCE,license}*', { cwd: folder });
    const text = file === undefined ? '' : readFileSync(path.join(folder, file), 'utf8').trim();
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}

/** `…/node_modules/zod` of `…/node_modules/zod/v4/core/util.js`; null: it is ours. */
function packageOf(file: string): string | null {
  const folder = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file.replace(/^\0/, ''))?.[0];
  return folder !== undefined && existsSync(path.join(folder, 'package.json')) ? folder : null;
}
