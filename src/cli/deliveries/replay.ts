import { createInterface } from 'node:readline/promises';

import { Command, Option } from 'commander';
import { z } from 'zod';

import { ConfigError } from '../../lib/errors.ts';
import { ask } from '../ask.ts';
import { type Done, exitCodes } from '../exit-codes.ts';
import { printable } from '../printable.ts';
import { type FilterOptions, filterIn, filterOptions } from './filter-options.ts';
import { type PersonOptions, personOptions } from './person-options.ts';
import { Preview, printPreview } from './replay-preview.ts';

interface ReplayOptions extends FilterOptions, PersonOptions {
  readonly judged: string;
  readonly evenLost?: true;
  readonly dryRun?: true;
  readonly yes?: true;
}

const Result = z.object({
  delivery: z.string(),
  result: z.enum(['replayed', 'already', 'refused']),
  attempt: z.number().optional(),
  because: z.string().optional(),
});
type Result = z.infer<typeof Result>;

const Results = z.object({ results: z.array(Result) });

/**
 * `signalbox deliveries replay ID…` or by filter: shows what would be started, then starts it.
 *
 * It ends with 1 when something was not replayed, or more would have been than one go takes.
 */
export function replayCommand(done: Done): Command {
  const command = new Command('replay')
    .description('start deliveries again, each as a new attempt; shows first what that would start')
    .argument('[ids...]', 'dlv_… ; or say which with --dead, --rule, --model, --since …');
  const options = filterOptions(command)
    .addOption(
      new Option('--judged <when>', 'with the request of then, or as the rule judges it now')
        .choices(['then', 'now'])
        .default('then'),
    )
    .option('--even-lost', 'also where contact was lost: its run MAY BE GOING ON, look there first')
    .option('--dry-run', 'show what would be started, and start nothing')
    .option('-y, --yes', 'do not ask');
  return personOptions(options).action(async (ids: readonly string[], given: ReplayOptions) => {
    done(await replay(ids, given));
  });
}

async function replay(ids: readonly string[], options: ReplayOptions): Promise<number> {
  const preview = await lookFirst(ids, options);
  if (options.dryRun === true) {
    if (options.output === 'json') console.log(JSON.stringify(preview, null, 2));
    else printPreview(preview, console.log);
    return exitCodes.succeeded;
  }
  if (options.yes !== true) printPreview(preview, console.error);
  const wanted = preview.replays.filter(({ refused }) => refused === null);
  const isOneByName = ids.length === 1 && wanted.length === 1;
  if (options.yes !== true && !isOneByName && !(await agrees(wanted.length))) {
    return exitCodes.interrupted;
  }
  const isDone = await startAll(wanted, options);
  return isDone && isAllOf(preview, wanted) ? exitCodes.succeeded : exitCodes.failed;
}

function isAllOf({ replays, unknown, next }: Preview, wanted: Preview['replays']): boolean {
  if (next !== null) console.error('there are more: give the same command again');
  return next === null && unknown.length === 0 && wanted.length === replays.length;
}

/** Resolves to whether all have their next attempt. */
async function startAll(wanted: Preview['replays'], options: ReplayOptions): Promise<boolean> {
  if (wanted.length === 0) return true;
  const { service, by, why, output } = options;
  const answer = await ask(new URL('/api/deliveries/replay', service), {
    deliveries: wanted.map(({ delivery: id, attempt }) => ({ id, attempt })),
    ...orderOf(options),
    by,
    why,
  });
  const { results } = Results.parse(answer);
  if (output === 'json') console.log(JSON.stringify(answer, null, 2));
  else for (const result of results) printResult(result);
  return results.every(({ result }) => result !== 'refused');
}

async function lookFirst(ids: readonly string[], options: ReplayOptions): Promise<Preview> {
  const filter = filterIn(options);
  const isFiltered = Object.keys(filter).length > 0;
  if (ids.length > 0 === isFiltered) {
    throw new ConfigError('CONFIG_INVALID', 'say which deliveries, in one way', {
      hint: 'Name their ids; or say --dead, --rule, --model, --since … what they have in common.',
    });
  }
  const which = isFiltered ? { filter } : { ids };
  const url = new URL('/api/deliveries/replay', options.service);
  const preview = Preview.parse(await ask(url, { preview: true, ...which, ...orderOf(options) }));
  for (const id of preview.unknown) console.error(`there is no delivery ${id}`);
  return preview;
}

function orderOf({ judged, evenLost }: ReplayOptions) {
  return { judged, even_lost: evenLost ?? false };
}

/** Many, or what a filter found, somebody has to have seen. */
async function agrees(count: number): Promise<boolean> {
  if (count === 0) return true;
  if (!process.stdin.isTTY) {
    throw new ConfigError('CONFIG_INVALID', `nobody has agreed to replay ${count} deliveries`, {
      hint: 'Look at it with --dry-run, then say --yes.',
    });
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`Replay ${count}? [y/N] `);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}

function printResult({ delivery, result, attempt, because }: Result): void {
  if (result === 'replayed') console.log(`${delivery}: attempt ${attempt} will start`);
  else if (result === 'already') console.log(`${delivery}: replayed before, attempt ${attempt}`);
  else console.log(`${delivery}: not replayed: ${printable(because ?? '')}`);
}
