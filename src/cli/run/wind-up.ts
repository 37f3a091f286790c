import { SignalboxError } from '../../lib/errors.ts';
import { persist } from './persist.ts';
import type { Look } from './runner.ts';
import type { Trip } from './trip.ts';

export type WoundUp =
  | { readonly kind: 'ended'; readonly look: Look }
  /** It was asked to stop, and has not yet. */
  | { readonly kind: 'stopping'; readonly look: Look | null }
  | { readonly kind: 'unheard'; readonly error: SignalboxError };

/** Azure Pipelines and GitHub kill a step some ten seconds after the first signal. */
const STOP_GRACE_MS = 6000;

/** A cluster takes its time to let go. */
const OVERDUE_GRACE_MS = 5 * 60_000;

const LOOK_EVERY_MS = 500;

/** Cancels a run, and waits a while for it to end. */
export async function windUp(trip: Trip, id: string): Promise<WoundUp> {
  const { around, order, progress, stop } = trip;
  const isAsked = stop.asked.aborted;
  const graceMs = isAsked ? STOP_GRACE_MS : OVERDUE_GRACE_MS;
  const lastMs = around.now() + graceMs;
  const until = isAsked ? stop.urged : stop.asked;
  const patience = {
    around,
    tell: progress.trouble,
    until,
    budgetMs: () => lastMs - around.now(),
  };
  // Not aborted by the next signal: that would leave the run to itself.
  const { signal } = new AbortController();
  try {
    await persist(patience, () => order.runner.cancel(id, signal));
  } catch (error) {
    if (!(error instanceof SignalboxError)) throw error;
    return { kind: 'unheard', error };
  }
  progress.say(`run ${id} was asked to stop`);

  let look: Look | null = null;
  while (!until.aborted && around.now() < lastMs) {
    look = await lookOnce(trip, id, until);
    if (look?.state.kind === 'ended') return { kind: 'ended', look };
    await around.sleep(LOOK_EVERY_MS, until);
  }
  return { kind: 'stopping', look };
}

async function lookOnce({ order, progress }: Trip, id: string, until: AbortSignal) {
  try {
    const look = await order.runner.look(id, until);
    progress.look(look);
    return look;
  } catch (error) {
    if (until.aborted || error instanceof SignalboxError) return null;
    throw error;
  }
}
