import { setTimeout as sleep } from 'node:timers/promises';

import { Command, Option } from 'commander';
import { z } from 'zod';

import { ConfigError, TransientError } from '../lib/errors.ts';
import { isStartKey } from '../model/start-key.ts';
import { ask, outputOption, type ServiceOptions, serviceOption } from './ask.ts';
import { type Done, exitCodes } from './exit-codes.ts';
import { printable } from './printable.ts';

interface ClaimOptions extends ServiceOptions {
  readonly key?: string;
  readonly run?: string;
  readonly output: string;
}

const Answer = z.discriminatedUnion('claim', [
  z.object({ claim: z.literal('won'), delivery: z.string(), attempt: z.number() }),
  z.object({ claim: z.literal('lost'), run: z.string() }),
  z.object({ claim: z.literal('over') }),
]);
type Answer = z.infer<typeof Answer>;

/**
 * `signalbox claim`: the first step of a pipeline. Of all runs that carry one start key the first
 * goes on, with exit code 0; any other ends with 7 and has to stop.
 *
 * A run without a key was not started by Signalbox: there is nothing to be claimed, and it goes on.
 */
export function claimCommand(done: Done): Command {
  return new Command('claim')
    .description('the first step of a pipeline: of the runs of one start, let only the first go on')
    .addOption(
      new Option('--key <key>', 'the parameter signalbox_key of this run').env('SIGNALBOX_KEY'),
    )
    .addOption(
      new Option('--run <id>', "this run's id; left out: that of Azure Pipelines, or of GitHub"),
    )
    .addOption(serviceOption())
    .addOption(outputOption())
    .action(async ({ key = '', run, service, output }: ClaimOptions) => {
      const id = run ?? process.env['BUILD_BUILDID'] ?? process.env['GITHUB_RUN_ID'];
      if (key === '') {
        console.error('no start key: this run was not started by Signalbox, and goes on');
        return;
      }
      const claim = claimOf(key, id);
      const answer = Answer.parse(
        await patiently(() => ask(new URL('/api/claims', service), claim)),
      );
      if (output === 'json') console.log(JSON.stringify(answer));
      else console.log(saidOf(answer, claim.run));
      done(answer.claim === 'won' ? exitCodes.succeeded : exitCodes.skipped);
    });
}

function claimOf(key: string, run: string | undefined) {
  if (!isStartKey(key)) {
    throw new ConfigError('CONFIG_INVALID', 'this is no start key', {
      hint: 'Set SIGNALBOX_KEY to ${{ parameters.signalbox_key }} in the env of the step.',
    });
  }
  if (run !== undefined && run !== '') return { key, run };
  throw new ConfigError('CONFIG_INVALID', 'which run is this?', { hint: 'Name it with --run.' });
}

const WAITS_MS = [1000, 2000, 4000, 8000, 15_000, 30_000, 30_000, 30_000];

/** A service that is just being renewed is asked again for two minutes. @throws what it said last */
async function patiently<Result>(call: () => Promise<Result>): Promise<Result> {
  for (const waitMs of WAITS_MS) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      console.error(`${printable(error.message)}; asking again in ${waitMs / 1000} s`);
      await sleep(waitMs);
    }
  }
  return await call();
}

function saidOf(answer: Answer, run: string): string {
  switch (answer.claim) {
    case 'won':
      return `run ${run} goes on: it has attempt ${answer.attempt} of ${answer.delivery}`;
    case 'lost':
      return `run ${run} stops here: run ${printable(answer.run)} was first with this key`;
    case 'over':
      return `run ${run} stops here: no start that is under way has this key`;
  }
}
