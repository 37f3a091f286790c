import type { DatabricksRun } from '../clients/databricks/run.ts';
import { keysOf } from './run-keys.ts';

/** The runs that started in a span of time, newest first, a page at a time; epoch milliseconds. */
export type ListRuns = (
  span: { readonly fromMs: number; readonly toMs: number | null },
  signal: AbortSignal,
) => AsyncIterable<readonly DatabricksRun[]>;

/** Which runs of a workspace carry which key: one list, read on, for all who ask. */
export interface RunsByKey {
  /** The ids of the runs with this key that started at or after this time, all of them by now. */
  readonly find: (
    wanted: { readonly key: string; readonly fromMs: number },
    signal: AbortSignal,
  ) => Promise<readonly string[]>;
}

/** A run may be listed a little later than others that started after it. */
const OVERLAP_MS = 2 * 60_000;

/** Beyond it we begin anew, with what is asked for then: some 10 MB. */
const MOST_KEYS = 50_000;

/**
 * Reads the list of a workspace's runs once, and from then on only what is new in it: with a
 * thousand deliveries waiting for evidence, none reads it for itself.
 *
 * Who asks gets an answer that was begun after the asking, because a run that started a moment
 * before must not be missed; those who ask at the same time get the same one.
 */
export function openRunsByKey(list: ListRuns, mostKeys = MOST_KEYS): RunsByKey {
  let known = nothingYet();
  let underWay: Promise<unknown> = Promise.resolve();
  let next: { fromMs: number; readonly done: Promise<void> } | null = null;

  async function extend(fromMs: number, signal: AbortSignal): Promise<void> {
    if (known.ids.size > mostKeys) known = nothingYet();
    await readOn(known, list, { fromMs, signal });
  }

  /** One reading is under way at a time, and at most one is waiting, which all may still join. */
  function joined(fromMs: number, signal: AbortSignal): Promise<void> {
    if (next) {
      next.fromMs = Math.min(next.fromMs, fromMs);
      return next.done;
    }
    const wanted = { fromMs };
    const done = after(underWay, async () => {
      next = null;
      await extend(wanted.fromMs, signal);
    });
    next = Object.assign(wanted, { done });
    underWay = done;
    return done;
  }

  return {
    async find({ key, fromMs }, signal) {
      await joined(fromMs, signal);
      return [...(known.ids.get(key) ?? [])];
    },
  };
}

/** However the one before has ended. */
async function after(before: Promise<unknown>, work: () => Promise<void>): Promise<void> {
  await before.catch(() => undefined);
  await work();
}

interface Known {
  readonly ids: Map<string, Set<string>>;
  /** All runs that started from then on are known, */
  fromMs: number;
  /** up to the newest that was listed, by the workspace's own clock. */
  newestMs: number;
}

function nothingYet(): Known {
  return { ids: new Map(), fromMs: Number.POSITIVE_INFINITY, newestMs: Number.NEGATIVE_INFINITY };
}

interface Reading {
  readonly fromMs: number;
  readonly signal: AbortSignal;
}

/** All runs from then on; newest first, so that what has been read stays read should the rest fail. */
async function readOn(known: Known, list: ListRuns, { fromMs, signal }: Reading): Promise<void> {
  if (known.fromMs < Number.POSITIVE_INFINITY) await readNew(known, list, signal);
  if (fromMs >= known.fromMs) return;
  const toMs = Number.isFinite(known.fromMs) ? known.fromMs : null;
  for await (const runs of list({ fromMs, toMs }, signal)) {
    const { oldestMs, newestMs } = remember(known, runs);
    known.fromMs = Math.min(known.fromMs, oldestMs);
    known.newestMs = Math.max(known.newestMs, newestMs);
  }
  known.fromMs = fromMs;
  known.newestMs = Math.max(known.newestMs, fromMs);
}

async function readNew(known: Known, list: ListRuns, signal: AbortSignal): Promise<void> {
  const fromMs = Math.max(known.fromMs, known.newestMs - OVERLAP_MS);
  let newestMs = known.newestMs;
  for await (const runs of list({ fromMs, toMs: null }, signal)) {
    newestMs = Math.max(newestMs, remember(known, runs).newestMs);
  }
  // Not before the last page: a gap would never be read again.
  known.newestMs = newestMs;
}

/** Our keys are 52 letters and digits: what else stands there is no business of ours. */
const KEY = /^[a-z2-7]{52}$/;

/** Remembers which keys they carry; says from when to when they started. */
function remember({ ids }: Known, runs: readonly DatabricksRun[]) {
  for (const run of runs) {
    for (const key of keysOf(run)) {
      if (typeof key !== 'string' || !KEY.test(key)) continue;
      ids.set(key, (ids.get(key) ?? new Set()).add(run.run_id));
    }
  }
  const starts = runs.flatMap(({ start_time: startedAtMs }) => startedAtMs ?? []);
  return { oldestMs: Math.min(...starts), newestMs: Math.max(...starts) };
}
