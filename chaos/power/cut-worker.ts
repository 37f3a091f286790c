import { parentPort, workerData } from 'node:worker_threads';

import { z } from 'zod';

import { powerCut } from './power-cut.ts';

/** The options of `powerCut`, as a thread gets them. */
const Options = z.object({
  folder: z.string(),
  lookIn: z.string(),
  library: z.string(),
  seed: z.string(),
  recordings: z.array(z.number()),
  cutsEach: z.number(),
  events: z.number(),
  isWeak: z.boolean(),
  keepIn: z.string().nullable(),
  untilMs: z.number(),
});

const report = await powerCut(Options.parse(workerData));
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
parentPort?.postMessage(report);
