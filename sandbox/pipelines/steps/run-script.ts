import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { ScriptStep } from '../model/pipeline.ts';
import { report } from './apply-command.ts';
import { stepEnvironment } from './environment.ts';
import type { StepContext } from './job-context.ts';
import type { Result } from './result.ts';
import { runProcess } from './run-process.ts';
import { scriptContent } from './script-content.ts';
import { takeLine } from './take-line.ts';
import { workingDirectory } from './working-directory.ts';

/**
 * Runs the text of a step as the tasks CmdLine and Bash do: without `-e` and without `pipefail`.
 * Source: microsoft/azure-pipelines-tasks, Tasks/CmdLineV2/cmdline.ts and Tasks/BashV3/bash.ts
 */
export async function runScript(
  script: ScriptStep,
  step: StepContext,
  signal: AbortSignal,
): Promise<Result> {
  const { job } = step;
  const cwd = await workingDirectory(script.workingDirectory, step);
  if (cwd === null) return 'Failed';
  const content = await scriptContent(script.text, step);
  if (content === null) return 'Failed';
  const file = join(job.dirs.temp, `${randomUUID()}.sh`);
  await writeFile(file, content);

  const options = script.task === 'CmdLine' ? '--noprofile --norc ' : '';
  step.write('========================== Starting Command Output ===========================');
  step.write(`##[command]/usr/bin/bash ${options}${file}`);
  let wroteErrors = false;
  const { exitCode, leftRunning } = await runProcess(job.deps.processes, {
    ...commandOf(script, file),
    cwd,
    env: stepEnvironment(job, script.env),
    onLine: (line, from) => {
      wroteErrors ||= from === 'stderr';
      takeLine(line, step);
    },
    signal,
    waits: job.deps.waits,
  });
  if (leftRunning !== null) job.leftRunning.push(leftRunning);
  return judge(script, step, { exitCode, wroteErrors });
}

/** Both outputs in one, so that their lines keep their order, unless they must be told apart. */
function commandOf({ task, failOnStderr }: ScriptStep, file: string) {
  const options = task === 'CmdLine' ? ['--noprofile', '--norc'] : [];
  if (failOnStderr) return { command: 'bash', args: [...options, file] };
  const both = 'exec "$@" 2>&1';
  return {
    command: 'bash',
    args: ['--noprofile', '--norc', '-c', both, 'bash', 'bash', ...options, file],
  };
}

interface End {
  readonly exitCode: number | null;
  readonly wroteErrors: boolean;
}

function judge(script: ScriptStep, step: StepContext, { exitCode, wroteErrors }: End): Result {
  if (exitCode !== 0) report(step, 'error', `Bash exited with code '${exitCode ?? 'null'}'.`);
  if (script.failOnStderr && wroteErrors) {
    report(step, 'error', 'Bash wrote one or more lines to the standard error stream.');
    return 'Failed';
  }
  return exitCode === 0 ? 'Succeeded' : 'Failed';
}
