import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { AzureCliStep } from '../model/pipeline.ts';
import type { ServiceConnection } from '../runs/run-plan.ts';
import { report } from './apply-command.ts';
import { stepEnvironment } from './environment.ts';
import type { StepContext } from './job-context.ts';
import type { Result } from './result.ts';
import { runProcess } from './run-process.ts';
import { scriptContent } from './script-content.ts';
import { takeLine } from './take-line.ts';
import { workingDirectory } from './working-directory.ts';

/**
 * Runs a script in bash, with `az` logged in as the application of a service connection.
 * Source: microsoft/azure-pipelines-tasks, Tasks/AzureCLIV2/azureclitask.ts
 */
export async function runAzureCli(
  task: AzureCliStep,
  step: StepContext,
  signal: AbortSignal,
): Promise<Result> {
  const { job } = step;
  const name = job.variables.expand(task.connection);
  const connection = job.plan.connectionOf(name);
  if (!connection) {
    report(step, 'error', `The service connection '${name}' does not exist.`);
    return 'Failed';
  }
  const login = await loginOf(connection, step);
  const cwd = await workingDirectory(task.workingDirectory, step);
  const content = cwd === null ? null : await scriptContent(task.text, step);
  if (cwd === null || content === null) return 'Failed';

  const file = join(job.dirs.temp, `azureclitaskscript${randomUUID()}.sh`);
  await writeFile(file, content);
  const shell = await openShell(task, step, { cwd, signal });
  step.write(`##[command]az ${login.args.join(' ')}`);
  const loggedIn = await shell.run(['az', ...login.args]);
  if (loggedIn.exitCode !== 0) {
    report(step, 'error', 'Azure login failed');
    return 'Failed';
  }
  step.write(`##[command]/usr/bin/bash ${file}`);
  const end = await shell.run(['bash', file], task.tellsCredential ? login.told : {});
  await shell.run(['az', 'account', 'clear']);
  return judge(task, step, end);
}

interface Login {
  readonly args: readonly string[];
  /** The credential, as a script may find it in its environment. */
  readonly told: Readonly<Record<string, string>>;
}

/** How az logs in as an application: with its secret, or with a token of Azure Pipelines. */
async function loginOf(connection: ServiceConnection, { job }: StepContext): Promise<Login> {
  const { clientId, tenant, credential } = connection;
  const who = ['login', '--service-principal', '-u', clientId];
  const where = ['--tenant', tenant, '--allow-no-subscriptions'];
  const told = { servicePrincipalId: clientId, tenantId: tenant };
  if (credential.kind === 'secret') {
    const { secret } = credential;
    job.masker.addGiven(secret);
    return {
      args: [...who, `--password=${secret}`, ...where],
      told: { ...told, servicePrincipalKey: secret },
    };
  }
  const idToken = await credential.token();
  job.masker.add(idToken);
  return { args: [...who, ...where, '--federated-token', idToken], told: { ...told, idToken } };
}

interface End {
  readonly exitCode: number | null;
  readonly wroteErrors: boolean;
}

/** What runs programs for a task, with a folder of its own in which `az` keeps what it knows. */
async function openShell(
  { env: written }: AzureCliStep,
  step: StepContext,
  { cwd, signal }: { readonly cwd: string; readonly signal: AbortSignal },
) {
  const { job } = step;
  const config = join(job.dirs.temp, '.azclitask');
  await mkdir(config, { recursive: true });
  const env = { ...stepEnvironment(job, written), AZURE_CONFIG_DIR: config };
  return {
    async run(
      [command = '', ...args]: readonly string[],
      more: Readonly<Record<string, string>> = {},
    ): Promise<End> {
      let wroteErrors = false;
      const { exitCode, leftRunning } = await runProcess(job.deps.processes, {
        command,
        args,
        cwd,
        env: { ...env, ...more },
        onLine: (line, from) => {
          wroteErrors ||= from === 'stderr';
          takeLine(line, step);
        },
        signal,
        waits: job.deps.waits,
      });
      if (leftRunning !== null) job.leftRunning.push(leftRunning);
      return { exitCode, wroteErrors };
    },
  };
}

function judge(
  { failOnStderr }: AzureCliStep,
  step: StepContext,
  { exitCode, wroteErrors }: End,
): Result {
  if (failOnStderr && wroteErrors) {
    report(step, 'error', 'Script has output to stderr. Failing as failOnStdErr is set to true.');
    return 'Failed';
  }
  if (exitCode !== 0) report(step, 'error', `Script failed with exit code: ${exitCode ?? 'null'}`);
  return exitCode === 0 ? 'Succeeded' : 'Failed';
}
