import { spawnSync } from 'node:child_process';
import path from 'node:path';

/** Formats, sorts imports, and mends what lint can mend: `npm run fix`. */
const ROOT = path.join(import.meta.dirname, '..');
for (const [tool, ...args] of [
  ['oxlint', '--fix'],
  ['biome', 'check', '--write', '.'],
]) {
  const { status } = spawnSync(path.join(ROOT, 'node_modules/.bin', tool ?? ''), args, {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = 1;
}
