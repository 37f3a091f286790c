/** Whether a target as a whole is called: every process sees the same. */
export interface Breaker {
  /** How many calls in a row it failed. */
  readonly failures: number;
  /** How often in a row it was found not to work; 0: it is called as ever. */
  readonly openings: number;
  /** When it may be called again, once, to see whether it works. */
  readonly probeAtMs: number;
  readonly openSinceMs: number;
  /** What it said last. */
  readonly reason: string;
}

/** What one call to a target says of the target as a whole. */
export type Heard =
  | { readonly kind: 'answered' }
  | {
      readonly kind: 'failed';
      readonly atMs: number;
      readonly reason: string;
      /** How long it asked to be left alone; 0: it did not. */
      readonly retryAfterMs: number;
      /** True for the one call that was let through to see whether it works again. */
      readonly isProbe: boolean;
    };

export const closed: Breaker = {
  failures: 0,
  openings: 0,
  probeAtMs: 0,
  openSinceMs: 0,
  reason: '',
};

/** A single failure may be one pipeline's, or the network's bad moment. */
const FAILURES = 5;
/** No more often, however many processes ask. */
const SHORTEST_MS = 1000;
const FIRST_MS = 2000;
const LONGEST_MS = 60_000;

/**
 * How a target stands after a call. It is left alone after five failures in a row, or as soon as it
 * asks for that; then one call at a time tries it, ever less often; one answer, and it is called
 * as ever.
 */
export function afterCall(breaker: Breaker, heard: Heard, chance: number): Breaker {
  if (heard.kind === 'answered') return closed;
  const { atMs, reason, retryAfterMs, isProbe } = heard;
  const failures = breaker.failures + 1;
  const isOpen = breaker.openings > 0;
  if (isOpen && !isProbe) {
    // It was under way when the target was found not to work, and says nothing new.
    return { ...breaker, probeAtMs: Math.max(breaker.probeAtMs, atMs + retryAfterMs) };
  }
  if (!isOpen && failures < FAILURES && retryAfterMs === 0) return { ...breaker, failures, reason };
  const openings = breaker.openings + 1;
  return {
    failures,
    openings,
    probeAtMs: atMs + Math.max(pauseMs(openings, chance), retryAfterMs),
    openSinceMs: isOpen ? breaker.openSinceMs : atMs,
    reason,
  };
}

/** Full jitter: targets that broke together are not tried together. */
function pauseMs(openings: number, chance: number): number {
  const doubled = FIRST_MS * 2 ** Math.min(openings - 1, 30);
  return Math.max(Math.round(Math.min(doubled, LONGEST_MS) * chance), SHORTEST_MS);
}

/** How many calls it may get just now, of those that there is room for. */
export function callsOf({ openings, probeAtMs }: Breaker, room: number, nowMs: number): number {
  if (openings === 0) return room;
  return nowMs < probeAtMs ? 0 : Math.min(room, 1);
}

/** Once one is on its way, nobody sends another before it has had the time to come back. */
export function afterProbe(
  breaker: Breaker,
  { nowMs, patienceMs }: { readonly nowMs: number; readonly patienceMs: number },
): Breaker {
  if (breaker.openings === 0) return breaker;
  return { ...breaker, probeAtMs: nowMs + Math.max(patienceMs, SHORTEST_MS) };
}
