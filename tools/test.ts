import { type ChildProcess, spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import path from 'node:path';

import { buildWeb } from './build-web.ts';

/**
 * Runs the tests: `npm test`, or `npm test -- src/store` for those below a folder. The pages are
 * built first, because a test looks at them in a browser. Those that take many seconds are called
 * `….slow.test.ts`, and run with `npm run test:slow`.
 *
 * Tests of the folders in SHARED run in one process for each line: starting one for each file would
 * take longer than the tests. All others have a process of their own.
 */
const ROOT = path.join(import.meta.dirname, '..');
const SHARED = [
  ['src', 'web'],
  ['sandbox/azure-devops', 'sandbox/pipelines'],
];
const OWN = ['test', 'sandbox', 'demo', 'examples', 'tools', 'conformance', 'chaos'];

await buildWeb();
const isSlow = process.argv.includes('--slow');
const asked = process.argv.slice(2).filter((word) => word !== '--slow');
const shared = SHARED.map((folders) => filesBelow(folders));
const together = new Set(shared.flat());
const own = filesBelow(OWN).filter((file) => !together.has(file));
if (together.size + own.length === 0) {
  console.error(`no test file below ${asked.join(', ')}`);
  process.exit(2);
}
const runs = [
  ...shared.map((files) => start(['--test-isolation=none', ...files], files.length > 0)),
  start(['--test-concurrency=3', ...own], own.length > 0),
].filter((run) => run !== null);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    for (const { child } of runs) child.kill(signal);
  });
}
for (const run of runs) {
  const code = await run.ended();
  if (code !== 0) process.exitCode = 1;
}

function filesBelow(folders: readonly string[]): readonly string[] {
  return globSync(
    folders.map((folder) => `${folder}/**/*.test.ts`),
    { cwd: ROOT, exclude: (name) => name.includes('node_modules') },
  )
    .filter((file) => file.endsWith('.slow.test.ts') === isSlow)
    .filter((file) => asked.length === 0 || asked.some((part) => file.startsWith(part)))
    .toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

/** The slow ones, which play whole stories, go first: then no core stands idle at the end. */
function rank(file: string): number {
  return file.startsWith('test/') ? 0 : 1;
}

interface Run {
  readonly child: ChildProcess;
  /** Prints what it has said and says from now on; resolves to its exit code. */
  ended(): Promise<number>;
}

/** Listened to from the beginning: of one that ends before its turn nothing may be lost. */
function start(args: readonly string[], isWanted: boolean): Run | null {
  if (!isWanted) return null;
  const stdio = ['inherit', 'pipe', 'inherit'] as const;
  const child = spawn(process.execPath, ['--test', ...args], { cwd: ROOT, stdio: [...stdio] });
  const kept: Buffer[] = [];
  let hear = (chunk: Buffer) => void kept.push(chunk);
  child.stdout.on('data', (chunk: Buffer) => hear(chunk));
  const closed = new Promise<number>((resolve) => {
    child.on('close', (code) => resolve(code ?? 1));
  });
  return {
    child,
    async ended() {
      hear = (chunk) => void process.stdout.write(chunk);
      for (const chunk of kept) hear(chunk);
      return await closed;
    },
  };
}
