import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';

import { diskSample } from './disk/disk-suite.ts';
import { killSuite } from './kill/kill-suite.ts';
import { memoryFolder } from './memory-folder.ts';
import { powerSuite } from './power/power-suite.ts';
import type { Report } from './report.ts';

export interface TortureOptions {
  /** A folder on the volume to use, without links in its path: ours is made in it, and removed. */
  readonly data: string;
  readonly seed: string;
  readonly seconds: number;
}

/** The shares of the time; each part does a little even if it has none. */
const SHARES = { power: 0.35, disk: 0.4, kill: 0.25 };
const UNBOUNDED = 1_000_000;
/**
 * The short suite on a volume: power cuts, failing operations and kills, each for its share of the
 * time. No store that is there is touched.
 *
 * What the disk may hold after a power cut is looked at in memory: by then it is bytes, whatever
 * volume they were written on.
 */
export async function torture({ data, seed, seconds }: TortureOptions): Promise<readonly Report[]> {
  const folder = mkdtempSync(path.join(data, 'torture-'));
  const after = (share: number) => Date.now() + share * seconds * 1000;
  const memory = memoryFolder();
  try {
    const lives = { cuts: UNBOUNDED, cutsEach: 100, events: 30 };
    const power = await powerSuite({
      ...lives,
      folder,
      memory,
      seed,
      untilMs: after(SHARES.power),
    });
    const disk = await diskSample({ folder, memory, seed, cuts: 50, untilMs: after(SHARES.disk) });
    const kill = await killSuite({ folder, seed, kills: UNBOUNDED, untilMs: after(SHARES.kill) });
    return [power, disk, kill];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
