import type { Breaker } from './breaker.ts';
import { type Allowance, allowanceAt } from './rate.ts';
import type { Limits } from './terms.ts';

/** How a target stands, as all processes know it. */
export interface Standing {
  readonly name: string;
  readonly breaker: Breaker;
  readonly allowance: Allowance;
  /** How many runs are under way there. */
  readonly underWay: number;
}

/** Why nothing is started at a target just now; null: something is. */
export function whyWaiting(standing: Standing, limits: Limits, nowMs: number): string | null {
  const { name, breaker, allowance, underWay } = standing;
  if (breaker.openings > 0) {
    const next = new Date(breaker.probeAtMs).toISOString();
    return `waits: ${name} does not work, and is tried again at ${next}: ${breaker.reason}`;
  }
  const { concurrent, startsPerMinute } = limits;
  if (concurrent !== null && underWay >= concurrent) {
    return `waits: ${underWay} runs are under way at ${name}`;
  }
  if (startsPerMinute === null) return null;
  const isUsedUp = allowanceAt(allowance, startsPerMinute, nowMs).starts < 1;
  return isUsedUp ? `waits: ${name} gets ${startsPerMinute} starts a minute` : null;
}
