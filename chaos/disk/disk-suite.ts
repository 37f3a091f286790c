import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';

import { buildDiskLayer } from '../preload/disk-layer.ts';
import { random } from '../random.ts';
import { openTally, type Report } from '../report.ts';
import { failures } from './disk-control.ts';
import { type Bench, type Plan, runTrials } from './run-trials.ts';

export interface DiskSuiteOptions {
  /** A folder on the volume to use. */
  readonly folder: string;
  /** A folder for what needs no disk; left out: the same. */
  readonly memory?: string;
  readonly seed: string;
  /** Which of `failures`; left out: all. */
  readonly only?: readonly number[];
  /** Power cuts in the record of each process besides. */
  readonly cuts?: number;
  readonly untilMs?: number;
}

export interface Sweep extends DiskSuiteOptions {
  /** The first operation that fails, and every how many-th then: 1 and 1 for all. */
  readonly from: number;
  readonly step: number;
  /** The last one; left out: until the store does no more. */
  readonly to?: number;
}

/** Trials in one process: the record of more would be too long. */
const AT_ONCE = 40;
const MOST = { write: 500, sync: 50 } as const; // about as many as there are in a trial

/** Fails the N-th write or sync, for one N after the other; without a C compiler it says so. */
export async function diskSuite(options: Sweep): Promise<Report> {
  return await onBench(options, async (bench) => {
    for (const failure of options.only ?? failures.keys()) await sweep(bench, options, failure);
  });
}

async function sweep(bench: Bench, { from, step, to = Infinity }: Sweep, failure: number) {
  let isOver = false;
  for (let number = from; !isOver && number <= to && Date.now() < bench.untilMs; ) {
    const room = Math.min(AT_ONCE, Math.floor((to - number) / step) + 1);
    const first = number;
    const plans = Array.from({ length: room }, (_, index) => ({
      failure,
      number: first + index * step,
    }));
    const hits = await runTrials(bench, plans);
    isOver = hits.includes(0) || hits.length === 0;
    number += hits.length * step;
  }
}

/** Fails any write or sync, in any way, in 40 trials, and more for as long as there is time. */
export async function diskSample(options: DiskSuiteOptions): Promise<Report> {
  return await onBench(options, async (bench) => {
    const choose = random(options.seed, 'trials');
    const { only = [...failures.keys()] } = options;
    do {
      await runTrials(
        bench,
        Array.from({ length: AT_ONCE }, (): Plan => {
          const failure = only[choose.below(only.length)] ?? 0;
          return { failure, number: 1 + choose.below(MOST[failures[failure]?.on ?? 'write']) };
        }),
      );
    } while (Date.now() < bench.untilMs);
  });
}

async function onBench(
  { seed, memory, cuts = 0, untilMs = Number.MAX_SAFE_INTEGER, ...options }: DiskSuiteOptions,
  work: (bench: Bench) => Promise<void>,
): Promise<Report> {
  const folder = mkdtempSync(path.join(options.folder, 'disk-'));
  try {
    const layer = buildDiskLayer(folder);
    if (layer.kind === 'missing') {
      return { kind: 'not_run', suite: 'disk', because: layer.because };
    }
    const tally = openTally('disk', seed);
    const { library } = layer;
    await work({ folder, memory: memory ?? folder, library, seed, cuts, untilMs, tally });
    return tally.report();
  } finally {
    rmSync(folder, { recursive: true });
  }
}
