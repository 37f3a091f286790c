import { persist } from './persist.ts';
import type { StartedRun } from './runner.ts';
import { type Ending, endingWith, type Trip } from './trip.ts';

const LOOK_EVERY_MS = 5000;

/** How long to do without an answer before anything was started. */
export const START_CONTACT_MS = 2 * 60_000;

/** Deals with the runs that are going on already, as ordered; null: the way is free. */
export async function makeRoom(trip: Trip): Promise<Ending | null> {
  const { order, progress } = trip;
  if (order.onExisting === 'start') return null;
  const found = await existing(trip);
  const [first] = found;
  if (!first) return null;
  if (order.onExisting === 'fail') {
    return endingWith('skipped', `${named(first)} is going on: nothing was started`);
  }
  if (order.onExisting === 'wait') return await untilFree(trip, found);
  for (const run of found) {
    progress.say(`canceling ${named(run)}`);
    await ask(trip, (signal) => order.runner.cancel(run.id, signal));
  }
  return await untilFree(trip, found);
}

async function untilFree(trip: Trip, found: readonly StartedRun[]): Promise<Ending | null> {
  const { around, progress, stop, deadlineMs } = trip;
  let left = found;
  for (;;) {
    const [first] = left;
    if (!first) return null;
    if (around.now() >= deadlineMs) {
      return endingWith('timed_out', `${named(first)} did not end in time: nothing was started`);
    }
    if (left === found) progress.say(`waiting for the end of ${named(first)}`);
    await around.sleep(Math.min(LOOK_EVERY_MS, deadlineMs - around.now()), stop.asked);
    left = await existing(trip);
  }
}

async function existing(trip: Trip): Promise<readonly StartedRun[]> {
  return await ask(trip, (signal) => trip.order.runner.existing(signal));
}

async function ask<Answer>(
  { around, progress, stop }: Trip,
  question: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  stop.asked.throwIfAborted();
  const patience = {
    around,
    budgetMs: () => START_CONTACT_MS,
    tell: progress.trouble,
    until: stop.asked,
  };
  return await persist(patience, () => question(stop.asked));
}

function named({ id, url }: StartedRun): string {
  return url === null ? `run ${id}` : `run ${id} (${url})`;
}
