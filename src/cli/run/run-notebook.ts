import { Command, Option } from 'commander';

import type { DatabricksClient } from '../../clients/databricks/databricks-client.ts';
import { type Submission, submitRun } from '../../clients/databricks/submit-run.ts';
import type { Done } from '../exit-codes.ts';
import { databricksRunner } from './databricks-runner.ts';
import { addressOf, collectPair, type RunOptions, runOptions } from './run-options.ts';
import { runToItsEnd } from './run-to-its-end.ts';
import type { Runner } from './runner.ts';
import { type NotebookOptions, submissionOf } from './submission-of.ts';
import type { Surroundings } from './surroundings.ts';
import { workspaceOf } from './workspace.ts';

type Options = RunOptions & NotebookOptions & { readonly host?: string };

/** `signalbox run notebook PATH`: runs a notebook, or several as one, without a saved job. */
export function runNotebookCommand(done: Done, around: Surroundings): Command {
  const command = new Command('notebook')
    .argument('[path]', 'in the workspace: absolute; with --git-url: in the repository')
    .option('--file <tasks.yaml>', 'several notebooks as the tasks of one run, instead of a path')
    .option('--name <text>', 'of the run; else the path')
    .addOption(
      new Option('--param <name=value>', 'a widget; may be repeated').argParser(collectPair),
    )
    .option('--git-url <url>', 'take it from this repository')
    .option('--git-provider <name>', 'gitHub, azureDevOpsServices …; else the host says')
    .option('--branch <name>')
    .option('--commit <id>')
    .option('--tag <name>')
    .option('--new-cluster <file.json>', 'on a cluster of its own; else serverless')
    .option('--existing-cluster <id>')
    .option('--host <url>', 'the workspace; else DATABRICKS_HOST or the profile says', addressOf);
  return runOptions(command).action(async (path: string | undefined, options: Options) => {
    const submission = submissionOf(path, options, around.files.read);
    const { client, secrets } = await workspaceOf(options, around);
    const runner = notebookRunner(client, submission);
    done(await runToItsEnd(runner, { ...options, secrets }, around));
  });
}

function notebookRunner(
  client: DatabricksClient,
  submission: Omit<Submission, 'idempotency_token'>,
): Runner {
  const { run_name, tasks } = submission;
  return databricksRunner({
    client,
    kind: 'notebook',
    what: tasks.length === 1 ? `notebook "${run_name}"` : `notebooks "${run_name}"`,
    prepare: async () => undefined,
    jobId: () => null,
    isSame: (run) => run.run_name === run_name,
    start: ({ key }, signal) =>
      submitRun(client, { ...submission, idempotency_token: key }, signal),
  });
}
