import { performance } from 'node:perf_hooks';

/** The clock of a database elsewhere, which decides what is due. */
export interface DatabaseClock {
  /** Epoch milliseconds, as far as we know: whatever this machine's own clock is set to. */
  readonly now: () => number;
  /** To be called when the database is asked; what it returns, when the answer is there. */
  readonly ask: () => (answeredMs: number) => void;
}

/**
 * A clock that goes by what the database last said, and on by itself in between.
 *
 * An answer may have been on its way for long, or have waited in a process that was stopped: the
 * time in it is then no more than the least that it can be. So what we knew before stands, as far
 * as it lies between that and what it would be if all the waiting had come after the answer.
 *
 * @param firstMs what it shows until the database is heard of
 * @param elapsedMs never goes back, and goes on while the process is stopped
 */
export function openDatabaseClock(
  firstMs: number = Date.now(),
  elapsedMs: () => number = () => performance.now(),
): DatabaseClock {
  let aheadMs = firstMs - elapsedMs();
  return {
    now: () => Math.round(aheadMs + elapsedMs()),
    ask() {
      const askedMs = elapsedMs();
      return (answeredMs) => {
        const leastMs = answeredMs - elapsedMs();
        const mostMs = answeredMs - askedMs;
        aheadMs = Math.min(Math.max(aheadMs, leastMs), mostMs);
      };
    },
  };
}
