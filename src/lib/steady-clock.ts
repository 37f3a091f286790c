import { performance } from 'node:perf_hooks';

/** A clock that does not go back, and goes forward by a leap only when it is told to. */
export interface SteadyClock {
  (): number;
  /** How far the machine's clock was set ahead of this one, if by more than a moment; else 0. */
  readonly aheadMs: () => number;
  /** Goes ahead by so much; less than nothing takes a leap back that came to nothing. */
  readonly leap: (ms: number) => void;
}

/** Less than this is the drift of a clock that is put right: it is followed. */
const LEAP_MS = 5000;

/**
 * A clock that follows the machine's, but never goes back: what is due in a minute must not wait
 * for an hour because somebody has set the clock.
 *
 * Nor does it follow a leap ahead by itself: to a call that is under way an hour has not gone by. It
 * goes on as if nothing had happened, until whoever remembers such calls has made allowance for it.
 */
export function steadyClock(
  now: () => number,
  elapsedMs: () => number = () => performance.now(),
): SteadyClock {
  let lastMs = now();
  let atMs = elapsedMs();

  function steadily(): number {
    const elapsed = elapsedMs();
    const steadyMs = lastMs + elapsed - atMs;
    const machineMs = now();
    lastMs = machineMs - steadyMs > LEAP_MS ? steadyMs : Math.max(machineMs, steadyMs);
    atMs = elapsed;
    // Rounded on the way out only: asked often, it would stand still.
    return Math.floor(lastMs);
  }

  return Object.assign(steadily, {
    aheadMs: () => {
      const aheadMs = now() - steadily();
      return aheadMs > LEAP_MS ? Math.floor(aheadMs) : 0;
    },
    leap: (ms: number) => {
      lastMs += ms;
    },
  });
}
