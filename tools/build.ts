import {
  chmodSync,
  cpSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

import type { OutputChunk } from 'rolldown';
import { z } from 'zod';

import { buildWeb } from './build-web.ts';
import { bundle } from './bundle.ts';
import { licencesOf } from './licences.ts';

/**
 * Builds the npm package into `dist`: `npm run build`, then `npm pack ./dist`. It is a package of
 * its own, which depends on none: `npx signalbox` fetches this one file.
 */
const ROOT = path.join(import.meta.dirname, '..');

/** What the programs read at their places, which are the same in the package. */
const FILES = [
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'web/dist/**/*.*',
  'src/store/migrations/**/*.sql',
  'sandbox/notebooks/*.py',
  'examples/wine-quality/**/*.{md,yaml,yml,json,py,ipynb}',
  'chaos/**/*.{c,yaml}',
];

const Manifest = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string(),
  license: z.string(),
  engines: z.object({ node: z.string().regex(/^>=\d+\.\d+\.\d+$/) }),
});

/** Builds the package into that folder, which is emptied first. */
export async function buildPackage(folder: string): Promise<void> {
  await buildWeb();
  rmSync(folder, { recursive: true, force: true });
  const chunks = await bundleAll();
  for (const { fileName, code } of chunks) write(path.join(folder, fileName), code);
  for (const file of globSync(FILES, { cwd: ROOT })) {
    cpSync(path.join(ROOT, file), path.join(folder, file));
  }
  const manifest = Manifest.parse(
    JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')),
  );
  const own = { ...manifest, type: 'module', bin: { signalbox: 'signalbox.js' } };
  write(path.join(folder, 'package.json'), `${JSON.stringify(own, null, 2)}\n`);
  write(
    path.join(folder, 'THIRD-PARTY-LICENSES.txt'),
    licencesOf(chunks.flatMap(({ moduleIds }) => moduleIds)),
  );
  write(path.join(folder, 'signalbox.js'), launcher(manifest.engines.node.slice(2)));
  chmodSync(path.join(folder, 'signalbox.js'), 0o755);
}

/** The command line apart from the rest, so that it loads nothing that only others need. */
async function bundleAll(): Promise<readonly OutputChunk[]> {
  const cli = await bundle(['src/main.ts']);
  const programs = new Set(cli.started);
  for (;;) {
    const known = programs.size;
    const { started, chunks } = await bundle([...programs]);
    for (const file of started) if (file !== 'src/main.ts') programs.add(file);
    // Else once more with those that were found, so that all share what they have in common.
    if (programs.size === known) return [...cli.chunks, ...chunks];
  }
}

/** In words that any Node of the last ten years can read, so that an old one can say what it lacks. */
function launcher(needed: string): string {
  return `#!/usr/bin/env node
var needed = '${needed}'.split('.').map(Number);
var have = process.versions.node.split('.').map(Number);
var at = [0, 1, 2].filter(function (i) { return have[i] !== needed[i]; })[0];
if (at !== undefined && have[at] < needed[at]) {
  console.error('Signalbox needs Node ${needed} or newer, and this is ' + process.version + ': install one from https://nodejs.org/, or with UseNode@1 or actions/setup-node.');
  process.exitCode = 2;
} else {
  import('./src/main.js');
}
`;
}

function write(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

if (import.meta.main) {
  const folder = path.resolve(process.argv[2] ?? path.join(ROOT, 'dist'));
  await buildPackage(folder);
  console.log(
    `built ${path.relative(process.cwd(), folder)}: npm pack ./${path.relative(ROOT, folder)}`,
  );
}
