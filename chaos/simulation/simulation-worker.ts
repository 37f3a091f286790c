import { parentPort, workerData } from 'node:worker_threads';

import { z } from 'zod';

import { openStage } from './play.ts';
import type { Alarm } from './simulate.ts';
import type { Hits } from './weather.ts';

const Share = z.object({ from: z.number(), to: z.number(), step: z.number() });

const { from, to, step } = Share.parse(workerData);
const hits: Hits = new Map();
const alarms: Alarm[] = [];
const stage = openStage(hits);
for (let seed = from; seed < to; seed += step) {
  const played = await stage.play(seed);
  alarms.push(...played.alarms.map((what) => ({ seed, what })));
}
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
parentPort?.postMessage({ alarms, hits });
