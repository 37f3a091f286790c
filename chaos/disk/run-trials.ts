import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';

import { z } from 'zod';

import { cutPower } from '../power/cut.ts';
import { entryOf } from '../power/power-cut.ts';
import { readRecording } from '../power/recording.ts';
import { layeredEnvironment } from '../preload/disk-layer.ts';
import type { Tally } from '../report.ts';
import { emptyControl, failures, sayFailure } from './disk-control.ts';

const PROCESS = path.join(import.meta.dirname, 'trial-process.ts');
const PRAGMAS = path.join(import.meta.dirname, '../preload/pragmas.ts');

/** One failure, an index into `failures`, at one operation. */
export interface Plan {
  readonly failure: number;
  readonly number: number;
}

const Trial = z.strictObject({
  hits: z.number(),
  acknowledged: z.number(),
  refused: z.number(),
  found: z.number(),
  lost: z.number(),
  doubled: z.number(),
  wrong: z.array(z.string()),
});
type Trial = z.infer<typeof Trial>;

export interface Bench {
  readonly folder: string;
  /** A folder for what needs no disk. */
  readonly memory: string;
  readonly library: string;
  readonly seed: string;
  /** Power cuts in the record of the trials besides. */
  readonly cuts: number;
  readonly untilMs: number;
  readonly tally: Tally;
}

const NOTHING = { hits: 1, acknowledged: 0, found: 0, lost: 0, doubled: 0 };

/**
 * Runs trials in one process, and enters what they found; resolves to how many operations failed in
 * each that was run. A process that dies is entered as what it is, and the others are not run.
 */
export async function runTrials(bench: Bench, plans: readonly Plan[]): Promise<readonly number[]> {
  const { library, untilMs } = bench;
  const folder = mkdtempSync(path.join(bench.folder, 'trials-'));
  const data = path.join(folder, 'data');
  const ledger = path.join(folder, 'ledger');
  const control = path.join(folder, 'control');
  const recording = path.join(folder, 'recording');
  mkdirSync(data);
  writeFileSync(ledger, '');
  writeFileSync(control, emptyControl);
  const trials = plans.map(({ failure, number }) => `${failure}:${number}`).join(',');
  const given = { folder: data, ledger, control, trials, 'until-ms': untilMs };
  const args = Object.entries(given).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const env = layeredEnvironment({ library, folder: data, ledger, recording, control });
  const { ran, crash } = await ended(args, env);
  for (const [index, trial] of ran.entries()) enter(bench, plans[index], trial);
  if (crash !== null) enter(bench, plans[ran.length], { ...NOTHING, wrong: [crash] });
  await cutBesides(bench, { plans, recording });
  rmSync(folder, { recursive: true });
  return [...ran.map(({ hits }) => hits), ...(crash === null ? [] : [NOTHING.hits])];
}

function enter({ tally }: Bench, plan: Plan | undefined, trial: Omit<Trial, 'refused'>): void {
  if (trial.hits > 0) tally.add({ ...trial, where: where(plan) });
}

function where(plan: Plan | undefined): string {
  if (!plan) return 'after the last trial';
  const said = failures[plan.failure];
  const again = `chaos disk --failure ${plan.failure} --only ${plan.number}`;
  return `${said ? sayFailure(said) : plan.failure}, N = ${plan.number} (${again})`;
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
  const ran = lines
    .split('\n')
    .filter((line) => line !== '')
    .map(trialIn);
  const crash = end === '0' ? null : `the process ends with ${end}: ${said.slice(0, 300)}`;
  return { ran, crash };
}

function trialIn(line: string): Trial {
  const read: unknown = JSON.parse(line);
  return Trial.parse(read);
}

/** `0`, or the name of the signal. */
function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(signal ?? String(code)));
  });
}

/**
 * Cuts the power in the record of the trials: what a failed sync was to write is not on the disk,
 * even if a later sync succeeds, so that an event that was acknowledged on it would be gone.
 */
async function cutBesides(
  { seed, cuts, tally, memory }: Bench,
  { plans, recording }: { readonly plans: readonly Plan[]; readonly recording: string },
): Promise<void> {
  if (cuts === 0) return;
  const operations = readRecording([readFileSync(recording)]);
  if (operations.length === 0) return;
  const lookIn = mkdtempSync(path.join(memory, 'cuts-'));
  const [first] = plans;
  await cutPower({
    operations,
    folder: path.join(lookIn, 'cut'),
    seed: `${seed}.${first?.failure}.${first?.number}`,
    cuts,
    onCut(cut) {
      if (cut.wrong.length === 0) return;
      const trial = where(plans[Number(cut.store ?? -1)]);
      tally.add(entryOf(cut, `${trial}, then power cut ${cut.number}`));
    },
  });
  rmSync(lookIn, { recursive: true });
}
