import { randomUUID } from 'node:crypto';
import { access, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import type { PowerShellStep } from '../model/pipeline.ts';
import { report } from './apply-command.ts';
import { stepEnvironment } from './environment.ts';
import type { StepContext } from './job-context.ts';
import type { Result } from './result.ts';
import { runProcess } from './run-process.ts';
import { takeLine } from './take-line.ts';
import { workingDirectory } from './working-directory.ts';

/**
 * Runs the text of a step in pwsh, as the task PowerShell does on Linux.
 * Source: microsoft/azure-pipelines-tasks, Tasks/PowerShellV2/powershell.ts
 */
export async function runPowerShell(
  script: PowerShellStep,
  step: StepContext,
  signal: AbortSignal,
): Promise<Result> {
  const { job } = step;
  const cwd = await workingDirectory(script.workingDirectory, step);
  const content = cwd === null ? null : await contentOf(script, step);
  if (cwd === null || content === null) return 'Failed';
  const file = join(job.dirs.temp, `${randomUUID()}.ps1`);
  await writeFile(file, `\uFEFF${content}`);

  step.write('========================== Starting Command Output ===========================');
  const operator = script.hasOwnScope ? '&' : '.';
  const args = ['-NoLogo', '-NoProfile', '-NonInteractive', '-Command', `${operator} '${file}'`];
  step.write(`##[command]pwsh ${args.join(' ')}`);
  let wroteErrors = false;
  const { exitCode, leftRunning } = await runProcess(job.deps.processes, {
    ...commandOf(args, script.failOnStderr),
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

interface End {
  readonly exitCode: number | null;
  readonly wroteErrors: boolean;
}

function judge(
  { failOnStderr }: PowerShellStep,
  step: StepContext,
  { exitCode, wroteErrors }: End,
): Result {
  if (exitCode !== 0) report(step, 'error', `PowerShell exited with code '${exitCode ?? 'null'}'.`);
  if (failOnStderr && wroteErrors) {
    report(step, 'error', 'PowerShell wrote one or more lines to the standard error stream.');
    return 'Failed';
  }
  return exitCode === 0 ? 'Succeeded' : 'Failed';
}

/** Both outputs in one, so that their lines keep their order, unless they must be told apart. */
function commandOf(args: readonly string[], isApart: boolean) {
  if (isApart) return { command: 'pwsh', args };
  const both = 'exec "$@" 2>&1';
  return { command: 'bash', args: ['--noprofile', '--norc', '-c', both, 'bash', 'pwsh', ...args] };
}

async function contentOf(script: PowerShellStep, step: StepContext): Promise<string | null> {
  step.write('Generating script.');
  const text = await textOf(script, step);
  if (text === null) return null;
  const preferences = script.preferences.map(([name, action]) => `$${name} = '${action}'`);
  return [...preferences, text, ...(script.ignoresExitCode ? [] : exitLines)].join('\n');
}

const exitLines = [
  'if (!(Test-Path -LiteralPath variable:LASTEXITCODE)) {',
  "    Write-Host '##vso[task.debug]$LASTEXITCODE is not set.'",
  '} else {',
  "    Write-Host ('##vso[task.debug]$LASTEXITCODE: {0}' -f $LASTEXITCODE)",
  '    exit $LASTEXITCODE',
  '}',
];

async function textOf({ text }: PowerShellStep, step: StepContext): Promise<string | null> {
  const expand = (written: string) => step.job.variables.expand(written).trim();
  if (text.kind === 'inline') return expand(text.script);
  const path = resolve(step.job.dirs.sources, expand(text.path));
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  if (isThere && /\.ps1$/i.test(path)) {
    return `. '${path.replaceAll("'", "''")}' ${expand(text.arguments)}`.trim();
  }
  report(step, 'error', `Invalid file path '${path}'. A path to a .ps1 file is required.`);
  return null;
}
