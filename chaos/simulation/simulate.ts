import { once } from 'node:events';
import path from 'node:path';
import { Worker } from 'node:worker_threads';

import { z } from 'zod';

import { type Fault, faults } from './weather.ts';

/** What many seeds have shown. */
export interface Simulated {
  readonly seeds: number;
  readonly alarms: readonly Alarm[];
  /** How often each fault struck. */
  readonly hits: ReadonlyMap<Fault, number>;
  readonly ms: number;
}

export interface Alarm {
  readonly seed: number;
  readonly what: string;
}

const Part = z.object({
  alarms: z.array(z.object({ seed: z.number(), what: z.string() })),
  hits: z.map(z.enum(faults), z.number()),
});

interface Order {
  readonly from: number;
  readonly seeds: number;
  /** How many threads share the work. */
  readonly jobs: number;
}

/** Plays seeds on several threads; what they find does not depend on how many. */
export async function simulate({ from, seeds, jobs }: Order): Promise<Simulated> {
  const startedMs = performance.now();
  const threads = Math.min(jobs, seeds);
  const parts = await Promise.all(
    Array.from({ length: threads }, (_, index) =>
      playOnThread({ from: from + index, to: from + seeds, step: threads }),
    ),
  );
  const hits = new Map<Fault, number>(
    faults.map((fault) => [
      fault,
      parts.reduce((sum, part) => sum + (part.hits.get(fault) ?? 0), 0),
    ]),
  );
  const alarms = parts.flatMap((part) => part.alarms).toSorted((a, b) => a.seed - b.seed);
  return { seeds, alarms, hits, ms: performance.now() - startedMs };
}

async function playOnThread(workerData: { from: number; to: number; step: number }) {
  const thread = new Worker(path.join(import.meta.dirname, 'simulation-worker.ts'), { workerData });
  const said: readonly unknown[] = await once(thread, 'message');
  return Part.parse(said[0]);
}

/** What a person reads of it. */
export function summaryOf({ seeds, alarms, hits, ms }: Simulated): string {
  const struck = [...hits].map(([fault, count]) => `${fault} ${count}`).join(', ');
  const each = (ms / Math.max(seeds, 1)).toFixed(1);
  const bad = new Set(alarms.map(({ seed }) => seed)).size;
  const lines = [
    `simulation: ${seeds} seeds in ${(ms / 1000).toFixed(1)} s (${each} ms each), ${bad} with something wrong`,
    `faults that struck: ${struck}`,
    ...alarms.slice(0, MOST_SHOWN).map(alarmLine),
  ];
  return lines.join('\n');
}

const MOST_SHOWN = 20;

/** What was wrong, and how to see it again. */
export function alarmLine({ seed, what }: Alarm): string {
  return `seed ${seed}: ${what} (npm run chaos -- simulation --seed ${seed} --trace)`;
}
