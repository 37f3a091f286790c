import { Command } from 'commander';

import type { Done } from '../exit-codes.ts';
import { runJobCommand } from './run-job.ts';
import { runNotebookCommand } from './run-notebook.ts';
import { runPipelineCommand } from './run-pipeline.ts';
import { processSurroundings, type Surroundings } from './surroundings.ts';

/** `signalbox run`: the step of a CI system that starts something, and ends as it does. */
export function runCommand(done: Done, around: Surroundings = processSurroundings()): Command {
  const command = new Command('run')
    .description('start a job, a notebook or a pipeline, follow it, and end as it does')
    .showSuggestionAfterError()
    .showHelpAfterError('(--help says more)')
    .addHelpText('after', EXIT_CODES);
  for (const one of [runJobCommand, runNotebookCommand, runPipelineCommand]) {
    command.addCommand(one(done, around).addHelpText('after', EXIT_CODES).exitOverride());
  }
  return command;
}

const EXIT_CODES = `
Exit codes: 0 succeeded, 1 failed, 2 wrong usage, 3 refused, 4 contact lost, 5 canceled,
6 timed out, 7 skipped, 8 green but unproven.`;
