import { performance } from 'node:perf_hooks';

/**
 * A clock that follows the machine's, but never goes back: what is due in a minute must not wait
 * for an hour because somebody has set the clock.
 */
export function steadyClock(
  now: () => number,
  elapsedMs: () => number = () => performance.now(),
): () => number {
  let lastMs = now();
  let atMs = elapsedMs();
  return () => {
    const elapsed = elapsedMs();
    lastMs = Math.max(now(), lastMs + elapsed - atMs);
    atMs = elapsed;
    // Rounded on the way out only: asked often, it would stand still.
    return Math.floor(lastMs);
  };
}
