import { Command, Option } from 'commander';

import type { DatabricksClient } from '../../clients/databricks/databricks-client.ts';
import { findJobs } from '../../clients/databricks/find-jobs.ts';
import { runNow } from '../../clients/databricks/run-now.ts';
import { ConfigError } from '../../lib/errors.ts';
import type { Done } from '../exit-codes.ts';
import { databricksRunner } from './databricks-runner.ts';
import { addressOf, collectPair, type RunOptions, runOptions } from './run-options.ts';
import { runToItsEnd } from './run-to-its-end.ts';
import type { Runner } from './runner.ts';
import type { Surroundings } from './surroundings.ts';
import { workspaceOf } from './workspace.ts';

interface JobOptions extends RunOptions {
  readonly host?: string;
  readonly param?: Readonly<Record<string, string>>;
  readonly notebookParam?: Readonly<Record<string, string>>;
}

/** `signalbox run job ID|NAME`: starts a saved job of Databricks, and ends as its run does. */
export function runJobCommand(done: Done, around: Surroundings): Command {
  const command = new Command('job')
    .argument('<job>', 'its id or its name')
    .addOption(
      new Option('--param <name=value>', 'a job parameter; may be repeated').argParser(collectPair),
    )
    .addOption(
      new Option(
        '--notebook-param <name=value>',
        'a widget of its notebooks, where the job declares no parameters; may be repeated',
      )
        .argParser(collectPair)
        .conflicts('param'),
    )
    .option('--host <url>', 'the workspace; else DATABRICKS_HOST or the profile says', addressOf);
  return runOptions(command).action(async (job: string, options: JobOptions) => {
    const { client, secrets } = await workspaceOf(options, around);
    const runner = jobRunner(client, job, options);
    done(await runToItsEnd(runner, { ...options, secrets }, around));
  });
}

function jobRunner(
  client: DatabricksClient,
  job: string,
  { param: parameters = {}, notebookParam: notebookParameters = {} }: JobOptions,
): Runner {
  const isId = /^\d{1,19}$/.test(job);
  let jobId = isId ? job : '';
  return databricksRunner({
    client,
    kind: 'job',
    what: isId ? `job ${job}` : `job "${job}"`,
    async prepare(signal) {
      if (!isId) jobId = await idOf(client, job, signal);
    },
    jobId: () => jobId,
    isSame: () => true,
    start: ({ key }, signal) =>
      runNow(client, { jobId, parameters, notebookParameters, idempotencyToken: key }, signal),
  });
}

async function idOf(client: DatabricksClient, name: string, signal: AbortSignal): Promise<string> {
  const [id, ...more] = await findJobs(client, name, signal);
  if (id === undefined) {
    throw new ConfigError('CONFIG_INVALID', `there is no job "${name}", or none that we may see`, {
      hint: 'Grant the principal CAN MANAGE RUN on the job, or check its name.',
    });
  }
  if (more.length > 0) {
    throw new ConfigError('CONFIG_INVALID', `${more.length + 1} jobs are called "${name}"`, {
      hint: `Name it by its id: ${[id, ...more].slice(0, 10).join(', ')}.`,
    });
  }
  return id;
}
