import { spawnSync } from 'node:child_process';
import path from 'node:path';

/** Types, lint, format and dead code, one after the other: `npm run check`. */
const ROOT = path.join(import.meta.dirname, '..');
const CHECKS: readonly (readonly [string, readonly string[]])[] = [
  ['types', ['tsc', '-p', '.']],
  ['types of the pages', ['tsc', '-p', 'web']],
  ['lint', ['oxlint', '--deny-warnings']],
  ['format', ['biome', 'ci', '--colors=off', '.']],
  ['dead code', ['knip']],
];

let failed = 0;
for (const [name, [tool = '', ...args]] of CHECKS) {
  const startedAt = performance.now();
  const { status } = spawnSync(path.join(ROOT, 'node_modules/.bin', tool), args, {
    cwd: ROOT,
    stdio: 'inherit',
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok     ' : 'FAILED '} ${name} (${seconds} s)`);
  if (status !== 0) failed += 1;
}
console.log(`checks: ${CHECKS.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
