/** How many starts a target has left for now, as of a moment. */
export interface Allowance {
  readonly starts: number;
  readonly atMs: number;
}

const MINUTE_MS = 60_000;
const FEW = 8;

/**
 * The starts that may be made by now: they come back evenly, at most about a second's worth at once, so
 * that no minute sees more than `perMinute`, wherever it begins.
 */
export function allowanceAt(before: Allowance, perMinute: number, nowMs: number): Allowance {
  // One more than a second's worth: parts of a start that are over would be lost at each second.
  const most = perMinute < FEW ? 1 : Math.ceil(perMinute / 60) + 1;
  const backPerMs = (perMinute - most + 1) / MINUTE_MS;
  const back = Math.max(nowMs - before.atMs, 0) * backPerMs;
  return { starts: Math.min(most, before.starts + back), atMs: nowMs };
}
