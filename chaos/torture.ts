import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';

import { diskSuite } from './disk/disk-suite.ts';
import { killSuite } from './kill/kill-suite.ts';
import { powerSuite } from './power/power-suite.ts';
import type { Report } from './report.ts';

export interface TortureOptions {
  /** A folder on the volume to use, without links in its path: ours is made in it, and removed. */
  readonly data: string;
  readonly seed: string;
  readonly seconds: number;
}

/** The shares of the time; a kill costs a start of the process, so that few take long. */
const POWER = 0.4;
const DISK = 0.3;
const UNBOUNDED = 1_000_000;
/** No store does that many operations in a trial; a prime, so that every kind of them is met. */
const STEP = 23;

/**
 * The short suite on a volume: power cuts, failing operations and kills, each for its share of the
 * time. No store that is there is touched.
 */
export async function torture({ data, seed, seconds }: TortureOptions): Promise<readonly Report[]> {
  const folder = mkdtempSync(path.join(data, 'torture-'));
  const startedMs = Date.now();
  const at = (share: number) => startedMs + share * seconds * 1000;
  try {
    const cuts = { cuts: UNBOUNDED, cutsEach: 200, events: 80 };
    const power = await powerSuite({ ...cuts, folder, seed, untilMs: at(POWER) });
    const disk = await diskSuite({
      folder,
      seed,
      step: STEP,
      cutsEach: 5,
      untilMs: at(POWER + DISK),
    });
    const kill = await killSuite({ folder, seed, kills: UNBOUNDED, untilMs: at(1) });
    return [power, disk, kill];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
