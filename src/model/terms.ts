import type { RetryPlan } from './retry.ts';

/** On which terms a target is called. */
export interface Terms {
  readonly limits: Limits;
  readonly retry: RetryPlan;
}

/** Over all processes; null: no limit. */
export interface Limits {
  /** How many runs may be under way there. */
  readonly concurrent: number | null;
  readonly startsPerMinute: number | null;
}

export const noLimits: Limits = { concurrent: null, startsPerMinute: null };
