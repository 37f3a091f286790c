import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import path from 'node:path';

import { buildWeb } from './build-web.ts';

/**
 * Runs every test: `npm test`, or `npm test -- src/store` for those below a folder. The pages are
 * built first, because a test looks at them in a browser.
 */
const ROOT = path.join(import.meta.dirname, '..');
const FOLDERS = ['src', 'sandbox', 'demo', 'web', 'examples', 'test', 'tools'];

await buildWeb();
const asked = process.argv.slice(2);
const files = globSync(
  FOLDERS.map((folder) => `${folder}/**/*.test.ts`),
  { cwd: ROOT, exclude: (name) => name.includes('node_modules') },
).filter((file) => asked.length === 0 || asked.some((part) => file.startsWith(part)));
if (files.length === 0) {
  console.error(`no test file below ${asked.join(', ')}`);
  process.exit(2);
}
// The slow ones, which start processes, go first: then no core stands idle at the end.
const ordered = files.toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b));
const child = spawn(process.execPath, ['--test', '--test-concurrency=4', ...ordered], {
  cwd: ROOT,
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});

function rank(file: string): number {
  return file.startsWith('test') ? 0 : 1;
}
