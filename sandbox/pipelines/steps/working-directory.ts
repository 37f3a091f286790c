import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';

import { report } from './apply-command.ts';
import type { StepContext } from './job-context.ts';

/** The folder that a step works in, in full; null, and an error is told: it is not there. */
export async function workingDirectory(
  written: string | null,
  step: StepContext,
): Promise<string | null> {
  const { dirs, variables } = step.job;
  const cwd = resolve(dirs.sources, variables.expand(written ?? '').trim());
  if (await isFolder(cwd)) return cwd;
  report(step, 'error', `Not found workingDirectory: ${cwd}`);
  return null;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
