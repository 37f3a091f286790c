import { isRefusal, SignalboxError } from '../../lib/errors.ts';
import { budgetOfLooks, persist } from './persist.ts';
import type { Look, Remains, TaskLook } from './runner.ts';
import type { Trip } from './trip.ts';

/** Why we no longer follow. */
export type Followed =
  | { readonly kind: 'ended'; readonly look: Look }
  | { readonly kind: 'overdue' | 'stopped'; readonly look: Look | null }
  | { readonly kind: 'lost'; readonly look: Look | null; readonly error: SignalboxError };

/** Follows a run to its end, or to ours. */
export async function follow(
  trip: Trip,
  id: string,
  remains: Map<string, Remains>,
): Promise<Followed> {
  const { around, progress, stop, deadlineMs, order } = trip;
  const patience = {
    around,
    tell: progress.trouble,
    until: stop.asked,
    budgetMs: (error: SignalboxError) =>
      Math.min(budgetOfLooks(order.contactMs)(error), deadlineMs - around.now()),
  };
  let look: Look | null = null;
  for (;;) {
    if (stop.asked.aborted) return { kind: 'stopped', look };
    try {
      look = await persist(patience, () => order.runner.look(id, stop.asked));
    } catch (error) {
      if (stop.asked.aborted) return { kind: 'stopped', look };
      if (!(error instanceof SignalboxError)) throw error;
      const isOverdue = around.now() >= deadlineMs && !isRefusal(error);
      return isOverdue ? { kind: 'overdue', look } : { kind: 'lost', look, error };
    }
    progress.look(look);
    await collect(trip, look, remains);
    if (look.state.kind === 'ended') return { kind: 'ended', look };
    const leftMs = deadlineMs - around.now();
    if (leftMs <= 0) return { kind: 'overdue', look };
    await around.sleep(Math.min(pauseMs(around.now() - trip.beganAtMs), leftMs), stop.asked);
  }
}

const SHORTEST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** The longer it takes, the less a second matters; milliseconds. */
export function pauseMs(sinceMs: number): number {
  return Math.min(Math.max(sinceMs / 30, SHORTEST_PAUSE_MS), LONGEST_PAUSE_MS);
}

/** Each costs a call, and nobody reads the outputs of a hundred tasks. */
const MOST_REMAINS = 40;

/** The verdict stands without them. */
const REMAINS_MS = 60_000;

/** Fetches what the tasks left behind that have ended since. */
export async function collect(
  { around, order, progress, stop }: Trip,
  { tasks }: Look,
  remains: Map<string, Remains>,
): Promise<void> {
  const patience = {
    around,
    tell: progress.trouble,
    until: stop.next(),
    budgetMs: (error: SignalboxError) => Math.min(budgetOfLooks(REMAINS_MS)(error), REMAINS_MS),
  };
  for (const task of tasks) {
    if (remains.has(task.id) || !hasRun(task) || remains.size >= MOST_REMAINS) continue;
    try {
      const left = await persist(patience, () => order.runner.remains(task, patience.until));
      remains.set(task.id, left);
      progress.remains(task, left);
    } catch (error) {
      if (patience.until.aborted) return;
      if (!(error instanceof SignalboxError)) throw error;
      remains.set(task.id, { error: null, trace: null, output: null });
    }
  }
}

function hasRun({ state }: TaskLook): boolean {
  return state.kind === 'ended' && state.verdict !== 'skipped';
}
