/** How many starts a target has left for now, as of a moment. */
export interface Allowance {
  readonly starts: number;
  readonly atMs: number;
}

const MINUTE_MS = 60_000;

/**
 * The starts that may be made by now: they come back evenly, at most a second's worth at once, so
 * that no minute sees more than `perMinute`, wherever it begins.
 */
export function allowanceAt(before: Allowance, perMinute: number, nowMs: number): Allowance {
  const most = Math.ceil(perMinute / 60);
  const backPerMs = (perMinute - most + 1) / MINUTE_MS;
  const back = Math.max(nowMs - before.atMs, 0) * backPerMs;
  return { starts: Math.min(most, before.starts + back), atMs: nowMs };
}
