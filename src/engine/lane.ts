import { TransientError } from '../lib/errors.ts';
import type { Observation } from '../model/outcome.ts';
import type { StoredDelivery } from '../store/store.ts';
import type { Target } from '../targets/target.ts';
import { type Answer, answerOf } from './call-limit.ts';
import type { Engine } from './engine.ts';

/** How many runs one glance takes in: see `Target.glance`. */
export const GLANCE_AT = 100;

/** Runs that go on are looked at closely, too, for their jobs to be shown: as many at each poll. */
const CLOSER_LOOKS = 4;

/** What is remembered of one target between two looks: how hard it may be asked. */
export interface Lane {
  readonly target: Target;
  /** True while the target has asked to be left alone. */
  isQuiet(): boolean;
  /** Until when it has, epoch milliseconds. */
  quietUntilMs(): number;
  rest(ms: number): void;
  /** Takes one closer look out of what may be spent on runs that go on; false: none is left. */
  spend(): boolean;
  /** How many are left. */
  left(): number;
}

/** A target that has asked for nothing yet. */
export function openLane(engine: Pick<Engine, 'now' | 'settings'>, target: Target): Lane {
  const perMs = CLOSER_LOOKS / engine.settings.pollMs;
  let quietUntilMs = 0;
  let looks = CLOSER_LOOKS;
  let atMs = engine.now();

  function left(): number {
    const nowMs = engine.now();
    looks = Math.min(CLOSER_LOOKS, looks + (nowMs - atMs) * perMs);
    atMs = nowMs;
    return Math.floor(looks);
  }

  return {
    target,
    isQuiet: () => engine.now() < quietUntilMs,
    quietUntilMs: () => quietUntilMs,
    rest(ms) {
      quietUntilMs = Math.max(quietUntilMs, engine.now() + ms);
    },
    spend() {
      if (left() < 1) return false;
      looks -= 1;
      return true;
    },
    left,
  };
}

/** What one glance has shown of them: the runs that go on, and those that are to be checked. */
export type Glanced = Answer<ReadonlyMap<string, Observation | 'over'>>;

/**
 * One look at all of them at once, where there are so many that it pays and the target has a list;
 * it takes what the target says about its limits to heart.
 */
export async function glanceAt(
  engine: Engine,
  lane: Lane,
  {
    claimed,
    signal,
  }: { readonly claimed: readonly StoredDelivery[]; readonly signal: AbortSignal },
): Promise<Glanced> {
  const { target } = lane;
  const watched = claimed.flatMap(({ run, seen }) =>
    run ? [{ run, seen: seen?.run ?? null }] : [],
  );
  if (!target.glance) return nothing;
  if (watched.length <= lane.left()) {
    for (const _ of watched) lane.spend();
    return nothing;
  }

  const glanced = await answerOf(engine, signal, async (limit) => {
    const { runs, restMs } = (await target.glance?.(watched, limit)) ?? {
      runs: new Map(),
      restMs: 0,
    };
    lane.rest(restMs);
    // Not one of them there: whatever has become of the one has become of all, more likely than not.
    const [first] = watched;
    if (runs.size === 0 && first) await target.check(first.run, limit);
    return runs;
  });
  if (glanced.kind === 'failed') {
    heed(lane, glanced.error);
    // The next hundred would fare no better.
    lane.rest(engine.settings.pollMs);
  }
  return glanced;
}

const nothing: Glanced = { kind: 'answered', result: new Map() };

/** A target that asks for a pause gets it for all of its runs. */
export function heed(lane: Lane, error: unknown): void {
  if (error instanceof TransientError && error.code === 'BUSY') lane.rest(error.retryAfterMs ?? 0);
}
