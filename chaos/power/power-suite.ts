import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';

import { buildDiskLayer } from '../preload/disk-layer.ts';
import { merged, openTally, type Ran, type Report } from '../report.ts';
import { cutPower } from './cut.ts';
import { entryOf, type PowerCutOptions, powerCut } from './power-cut.ts';
import { readRecording } from './recording.ts';

export interface PowerSuiteOptions {
  /** A folder on the volume to use, and one for what needs no disk. */
  readonly folder: string;
  readonly memory?: string;
  readonly seed: string;
  readonly cuts: number;
  readonly cutsEach?: number;
  readonly events?: number;
  /** Commits without a sync; the suite must then find events lost. */
  readonly isWeak?: boolean;
  readonly keepIn?: string | null;
  readonly untilMs?: number;
  /** How many threads cut at the same time. */
  readonly jobs?: number;
}

/** Cuts the power that often; without a C compiler it says that it did not. */
export async function powerSuite(options: PowerSuiteOptions): Promise<Report> {
  const folder = mkdtempSync(path.join(options.folder, 'power-'));
  const lookIn = mkdtempSync(path.join(options.memory ?? options.folder, 'cuts-'));
  try {
    const layer = buildDiskLayer(folder);
    if (layer.kind === 'missing') {
      return { kind: 'not_run', suite: 'power', because: layer.because };
    }
    const { seed, cuts, cutsEach = 500 } = options;
    const numbers = Array.from({ length: Math.ceil(cuts / cutsEach) }, (_, index) => index + 1);
    const jobs = Math.min(options.jobs ?? 1, numbers.length);
    const shares = Array.from({ length: jobs }, (_, job) =>
      numbers.filter((number) => number % jobs === job),
    );
    const each = Math.ceil(cuts / numbers.length);
    const common = { ...DEFAULTS, ...options, folder, lookIn, cutsEach: each };
    const reports = await Promise.all(
      shares.map((recordings) => run({ ...common, library: layer.library, recordings }, jobs)),
    );
    return merged(reports, seed) ?? openTally('power', seed).report();
  } finally {
    for (const own of [folder, lookIn]) rmSync(own, { recursive: true });
  }
}

const DEFAULTS = {
  events: 120,
  isWeak: false,
  keepIn: null,
  untilMs: Number.MAX_SAFE_INTEGER,
};

async function run(options: PowerCutOptions, jobs: number): Promise<Ran> {
  if (jobs === 1) return await powerCut(options);
  const worker = new Worker(new URL('cut-worker.ts', import.meta.url), { workerData: options });
  const messages: unknown[] = await once(worker, 'message');
  const [report] = messages;
  if (!isRan(report)) throw new TypeError('a thread answered with something else than its report');
  return report;
}

function isRan(message: unknown): message is Ran {
  return typeof message === 'object' && message !== null && Reflect.get(message, 'kind') === 'ran';
}

/** Cuts a kept recording at one moment again, and says what is found. */
export async function cutAgain(kept: string, seed: string, cut: number): Promise<Ran> {
  const parts = readdirSync(kept).filter((name) => name.endsWith('.recording'));
  const bytes = parts.toSorted().map((name) => readFileSync(path.join(kept, name)));
  const tally = openTally('power', seed);
  await cutPower({
    operations: readRecording(bytes),
    folder: path.join(kept, 'cut'),
    seed,
    cuts: cut + 1,
    only: cut,
    onCut: (one) => tally.add(entryOf(one, `the files are in ${path.join(kept, 'cut')}`)),
  });
  return tally.report();
}
