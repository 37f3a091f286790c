/** Shortest and longest wait between two tries, in milliseconds. */
export interface Backoff {
  readonly firstMs: number;
  readonly longestMs: number;
}

/**
 * How long to wait before the next try: doubled each time, somewhere between half and all of it,
 * and never less than the other side asked for.
 *
 * @param chance a number from 0 to 1: given, not drawn, so that a test can repeat it
 */
export function waitMs(
  backoff: Backoff,
  tries: number,
  { chance, retryAfterMs = 0 }: { readonly chance: number; readonly retryAfterMs?: number },
): number {
  const doubled = backoff.firstMs * 2 ** Math.min(Math.max(tries - 1, 0), 30);
  const capped = Math.min(doubled, backoff.longestMs);
  return Math.max(Math.round(capped * (0.5 + chance / 2)), retryAfterMs);
}
