import { randomInt } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { diskSuite } from './disk/disk-suite.ts';
import { FLEET_USAGE, runFleet } from './fleet/main.ts';
import { killSuite } from './kill/kill-suite.ts';
import { memoryFolder } from './memory-folder.ts';
import { cutAgain, powerSuite } from './power/power-suite.ts';
import { countOf, exitCodeOf, printReports } from './print.ts';
import type { Report } from './report.ts';
import { openStage } from './simulation/play.ts';
import { simulate, summaryOf } from './simulation/simulate.ts';
import { torture } from './torture.ts';

const USAGE = `npm run chaos -- SUITE, with SUITE one of
  power    [--cuts 2000] [--weak]           cut the power; --weak: commits without a sync must be found out
  power    --again FOLDER --seed S --cut N  one cut of a recording that was kept, again
  disk     [--from 1] [--step 1] [--only N] [--failure I] [--cuts 100]   fail the N-th write or sync
  kill     [--kills 20]                     kill -9 of the intake
${FLEET_USAGE}  simulation [--seeds 10000] [--from 1]     the engine in a world of faults, each seed another history
  simulation --seed S --trace               one of them, told line by line
  torture  [--seconds 20] --data FOLDER     a short form of all three on that volume
options: --seed S (left out: a new one)  --data FOLDER (where; left out: in memory)  --jobs N
  --keep FOLDER (recordings in which something was lost)  -o json
`;

if (process.argv[2] === 'fleet') process.exit(await runFleet(process.argv.slice(3)));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string' },
    data: { type: 'string' },
    output: { type: 'string', short: 'o', default: 'text' },
    cuts: { type: 'string' },
    cut: { type: 'string', default: '0' },
    again: { type: 'string' },
    weak: { type: 'boolean', default: false },
    keep: { type: 'string' },
    jobs: { type: 'string', default: String(os.availableParallelism()) },
    from: { type: 'string', default: '1' },
    step: { type: 'string', default: '1' },
    failure: { type: 'string' },
    only: { type: 'string' },
    kills: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '20' },
    seeds: { type: 'string', default: '10000' },
    trace: { type: 'boolean', default: false },
  },
});

const seed = values.seed ?? String(randomInt(1_000_000));

type Run = (folder: string) => Promise<readonly Report[]>;
const runs: Readonly<Record<string, Run>> = {
  power: async (folder) => {
    if (values.again !== undefined) {
      return [await cutAgain(path.resolve(values.again), seed, countOf(values.cut, 'cut', 0))];
    }
    const cuts = countOf(values.cuts ?? '2000', 'cuts');
    const keepIn = path.resolve(values.keep ?? path.join(os.tmpdir(), `signalbox-chaos-${seed}`));
    const jobs = countOf(values.jobs, 'jobs');
    return [await powerSuite({ folder, seed, cuts, keepIn, jobs, isWeak: values.weak })];
  },
  disk: async (folder) => {
    const from = countOf(values.from, 'from');
    const step = countOf(values.step, 'step');
    const cuts = countOf(values.cuts ?? '100', 'cuts', 0);
    const kinds =
      values.failure === undefined ? {} : { only: [countOf(values.failure, 'failure', 0)] };
    if (values.only === undefined) {
      return [await diskSuite({ folder, seed, from, step, cuts, ...kinds })];
    }
    const number = countOf(values.only, 'only');
    return [await diskSuite({ folder, seed, from: number, to: number, step, cuts, ...kinds })];
  },
  kill: async (folder) => [
    await killSuite({ folder, seed, kills: countOf(values.kills, 'kills') }),
  ],
  torture: (folder) => torture({ data: folder, seed, seconds: countOf(values.seconds, 'seconds') }),
};

const run = runs[positionals[0] ?? ''];
if (positionals.join() === 'simulation') {
  process.exitCode = await simulation();
} else if (!run || positionals.length > 1) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  process.stderr.write(`seed ${seed}\n`);
  const reports = await inFolder(run);
  printReports(reports, values.output);
  process.exitCode = exitCodeOf(reports);
}

/** What it finds is in the seeds, and not in acknowledged events: it has a report of its own. */
async function simulation(): Promise<number> {
  if (values.seed !== undefined) {
    const played = await openStage(new Map()).play(countOf(values.seed, 'seed', 0), {
      isTraced: values.trace,
    });
    for (const line of played.lines) process.stdout.write(`${line}\n`);
    process.stdout.write(
      `${played.alarms.length === 0 ? 'nothing wrong' : played.alarms.join('\n')}\n`,
    );
    return played.alarms.length === 0 ? 0 : 1;
  }
  const simulated = await simulate({
    from: countOf(values.from, 'from', 0),
    seeds: countOf(values.seeds, 'seeds'),
    jobs: countOf(values.jobs, 'jobs'),
  });
  process.stdout.write(`${summaryOf(simulated)}\n`);
  return simulated.alarms.length === 0 ? 0 : 1;
}

/** In the folder that was named, or in one of our own in memory, where syncs cost nothing. */
async function inFolder(work: Run): Promise<readonly Report[]> {
  if (values.data !== undefined) {
    mkdirSync(values.data, { recursive: true, mode: 0o700 });
    return await work(realpathSync(values.data));
  }
  const folder = mkdtempSync(path.join(memoryFolder(), 'signalbox-chaos-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
