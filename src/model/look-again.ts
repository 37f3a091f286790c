interface Watching {
  /** How long the run has been as it is, in milliseconds. */
  readonly forMs: number;
  /** How often a run is looked at that has only begun. */
  readonly pollMs: number;
  /** How long one that is old goes unlooked at. */
  readonly longestPollMs: number;
}

/** What has taken an hour may be seen three minutes late; it is a twentieth of the time. */
const PART = 20;

/**
 * When to look at a run again: the longer it takes, the more rarely.
 *
 * On full halves of the polling interval, so that runs which are due at about the same time are
 * due together, and one question about all of them does.
 */
export function lookAgainAtMs(nowMs: number, { forMs, pollMs, longestPollMs }: Watching): number {
  const longest = Math.max(pollMs, longestPollMs);
  const waitMs = Math.min(Math.max(forMs / PART, pollMs), longest);
  const step = Math.max(1, Math.round(pollMs / 2));
  return Math.ceil((nowMs + waitMs) / step) * step;
}
