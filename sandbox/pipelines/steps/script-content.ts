import { access } from 'node:fs/promises';
import { resolve } from 'node:path';

import type { ScriptText } from '../model/pipeline.ts';
import { report } from './apply-command.ts';
import type { StepContext } from './job-context.ts';

/**
 * The text of a script for bash, its macros expanded; null, and an error is told: its file is not
 * there.
 * Source: microsoft/azure-pipelines-tasks, Tasks/BashV3/bash.ts
 */
export async function scriptContent(text: ScriptText, step: StepContext): Promise<string | null> {
  const expand = (written: string) => step.job.variables.expand(written).trim();
  if (text.kind === 'file') {
    const path = resolve(step.job.dirs.sources, expand(text.path));
    try {
      await access(path);
    } catch {
      report(step, 'error', `Invalid file path '${path}'.`);
      return null;
    }
    return `exec bash '${path.replaceAll("'", String.raw`'\''`)}' ${expand(text.arguments)}`;
  }
  const script = expand(text.script);
  step.write('Generating script.');
  if (!script.includes('\n') && !script.includes('##vso[')) {
    step.write('Script contents:');
    step.write(script);
  }
  return script;
}
