import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';

import { z } from 'zod';
import { cutPower } from '../power/cut.ts';
import { entryOf } from '../power/power-cut.ts';
import { readRecording } from '../power/recording.ts';
import { buildDiskLayer, layeredEnvironment } from '../preload/disk-layer.ts';
import { openTally, type Report, type Tally } from '../report.ts';
import { emptyControl, failures, sayFailure } from './disk-control.ts';

const PROCESS = path.join(import.meta.dirname, 'trial-process.ts');
const PRAGMAS = path.join(import.meta.dirname, '../preload/pragmas.ts');
const MOST_CRASHES = 5;

const Trial = z.strictObject({
  number: z.number(),
  hits: z.number(),
  acknowledged: z.number(),
  refused: z.number(),
  found: z.number(),
  lost: z.number(),
  doubled: z.number(),
  wrong: z.array(z.string()),
});

type Trial = z.infer<typeof Trial>;

export interface DiskSuiteOptions {
  readonly folder: string;
  readonly seed: string;
  /** The first operation that fails, and every how many-th then: 1 and 1 for all. */
  readonly from?: number;
  readonly step?: number;
  /** Which of `failures`; left out: all. */
  readonly only?: readonly number[];
  /** Power cuts in each trial besides. */
  readonly cutsEach?: number;
  readonly untilMs?: number;
}

/** Fails the N-th write or sync for one N after the other; without a C compiler it says so. */
export async function diskSuite(options: DiskSuiteOptions): Promise<Report> {
  const folder = mkdtempSync(path.join(options.folder, 'disk-'));
  try {
    const layer = buildDiskLayer(folder);
    if (layer.kind === 'missing') {
      return { kind: 'not_run', suite: 'disk', because: layer.because };
    }
    const tally = openTally('disk', options.seed);
    for (const number of options.only ?? failures.keys()) {
      await sweep({ ...options, folder, library: layer.library, tally, failure: number });
    }
    return tally.report();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Sweep extends DiskSuiteOptions {
  readonly library: string;
  readonly tally: Tally;
  /** An index into `failures`. */
  readonly failure: number;
}

/** One failure at every N; a process that dies of it is said, and the next goes on behind it. */
async function sweep(options: Sweep): Promise<void> {
  const { from = 1, step = 1, untilMs = Number.MAX_SAFE_INTEGER } = options;
  let crashes = 0;
  for (let next: number | null = from; next !== null && crashes < MOST_CRASHES; ) {
    if (Date.now() >= untilMs) return;
    const { end, said, trials } = await runTrials(options, next);
    for (const trial of trials) add(options, trial);
    next = nextAfter(trials, next, step);
    if (end === '0' || next === null) continue;
    crashes += 1;
    const wrong = [`the process ends with ${end}: ${said.slice(0, 300)}`];
    add(options, { ...NOTHING, number: next, hits: 1, wrong });
    next += step;
  }
}

/** Where to go on; null: the last trial had fewer operations than that. */
function nextAfter(trials: readonly Trial[], from: number, step: number): number | null {
  const last = trials.at(-1);
  if (!last) return from;
  return last.hits === 0 ? null : last.number + step;
}

function add({ tally, failure }: Sweep, trial: Omit<Trial, 'refused'>): void {
  if (trial.hits > 0) tally.add({ ...trial, where: where(failure, trial.number) });
}

const NOTHING = { acknowledged: 0, found: 0, lost: 0, doubled: 0 };

function where(failure: number, number: number): string {
  const said = failures[failure];
  return `${said ? sayFailure(said) : failure}, N = ${number} (chaos disk --failure ${failure} --from ${number})`;
}

async function runTrials(options: Sweep, from: number) {
  const { library, failure, step = 1, untilMs = 0 } = options;
  const folder = mkdtempSync(path.join(options.folder, 'trials-'));
  const data = path.join(folder, 'data');
  const ledger = path.join(folder, 'ledger');
  const control = path.join(folder, 'control');
  const recording = path.join(folder, 'recording');
  mkdirSync(data);
  writeFileSync(ledger, '');
  writeFileSync(control, emptyControl);
  const given = { folder: data, ledger, control, failure, from, step, 'until-ms': untilMs };
  const args = Object.entries(given).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const env = layeredEnvironment({ library, folder: data, ledger, recording, control });
  const { lines, said, end } = await ended(args, env);
  const trials = lines
    .split('\n')
    .filter((line) => line !== '')
    .map(trialIn);
  await cutBesides(options, { folder, recording, from });
  rmSync(folder, { recursive: true });
  return { end, said, trials };
}

function trialIn(line: string): Trial {
  const read: unknown = JSON.parse(line);
  return Trial.parse(read);
}

async function ended(args: readonly string[], env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, ['--import', PRAGMAS, PROCESS, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...env, CHAOS_PRAGMAS: 'pragma wal_autocheckpoint = 20' },
  });
  const [lines, said, end] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    endOf(child),
  ]);
  return { lines, said, end };
}

/** `0`, or the name of the signal. */
function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(signal ?? String(code)));
  });
}

/**
 * Cuts the power in the recording of the trials: what a failed sync was to write is not on the disk,
 * even if a later sync succeeds, so that an event that was acknowledged on it would be gone.
 */
async function cutBesides(
  { seed, cutsEach = 0, failure, tally }: Sweep,
  { folder, recording, from }: { folder: string; recording: string; from: number },
): Promise<void> {
  if (cutsEach === 0) return;
  const operations = readRecording([readFileSync(recording)]);
  await cutPower({
    operations,
    folder: path.join(folder, 'cut'),
    seed: `${seed}.${failure}.${from}`,
    cuts: cutsEach,
    onCut(cut) {
      const trial = where(failure, Number(cut.store ?? from));
      tally.add(entryOf(cut, `${trial}, then power cut ${cut.number}`));
    },
  });
}
