import { Command } from 'commander';

import type { Done } from '../exit-codes.ts';
import { addListed, type ListedCommand } from '../listed-command.ts';
import { processSurroundings, type Surroundings } from './surroundings.ts';

/** `signalbox run`: the step of a CI system that starts something, and ends as it does. */
export async function runCommand(
  done: Done,
  args: readonly string[],
  around: Surroundings = processSurroundings(),
): Promise<Command> {
  const command = new Command('run')
    .showSuggestionAfterError()
    .showHelpAfterError('(--help says more)')
    .addHelpText('after', EXIT_CODES);
  await addListed(command, whatCanBeRun(around), { args, done });
  for (const one of command.commands) one.addHelpText('after', EXIT_CODES);
  return command;
}

function whatCanBeRun(around: Surroundings): readonly ListedCommand[] {
  return [
    {
      name: 'job',
      description: 'start a saved job of Databricks, and end as its run does',
      async load() {
        const { runJobCommand } = await import('./run-job.ts');
        return (done) => runJobCommand(done, around);
      },
    },
    {
      name: 'notebook',
      description: 'run a notebook on Databricks without a saved job, and end as its run does',
      async load() {
        const { runNotebookCommand } = await import('./run-notebook.ts');
        return (done) => runNotebookCommand(done, around);
      },
    },
    {
      name: 'pipeline',
      description: 'start a pipeline of Azure DevOps, and end as its run does',
      async load() {
        const { runPipelineCommand } = await import('./run-pipeline.ts');
        return (done) => runPipelineCommand(done, around);
      },
    },
  ];
}

const EXIT_CODES = `
Exit codes: 0 succeeded, 1 failed, 2 wrong usage, 3 refused, 4 contact lost, 5 canceled,
6 timed out, 7 skipped, 8 green but unproven.`;
