import { z } from 'zod';

import { Duration } from '../lib/duration.ts';
import type { RetryPlan } from '../model/retry.ts';
import type { Terms } from '../model/terms.ts';

const Limits = z.strictObject({
  concurrent: z.int().positive().optional(),
  starts_per_minute: z.int().positive().optional(),
});

/** A list of waits, or how they grow; either ends with `for` at the latest. */
const Retry = z
  .strictObject({
    schedule: z.array(Duration).min(1).optional(),
    first: Duration.optional(),
    longest: Duration.optional(),
    tries: z.int().positive().optional(),
    for: Duration.optional(),
  })
  .refine(
    ({ schedule, first, longest, tries }) =>
      schedule === undefined || (first ?? longest ?? tries) === undefined,
    'has a schedule, which says all that first, longest and tries would say',
  );

/** An entry under `targets:`; the rest of it is checked by its kind. */
export const TargetEntry = z.looseObject({
  type: z.string(),
  limits: Limits.optional(),
  retry: Retry.optional(),
});
export type TargetEntry = z.infer<typeof TargetEntry>;

/** An entry without what is the same for every kind of target. */
export function withoutTerms({ limits: _limits, retry: _retry, ...rest }: TargetEntry) {
  return rest;
}

const FIRST_MS = 1000;
const LONGEST_MS = 5 * 60_000;

/** On which terms a target is called; `startForMs`: for how long a start is tried if nothing is said. */
export function termsOf({ limits, retry = {} }: TargetEntry, startForMs: number): Terms {
  return {
    limits: {
      concurrent: limits?.concurrent ?? null,
      startsPerMinute: limits?.starts_per_minute ?? null,
    },
    retry: planOf(retry, retry.for ?? startForMs),
  };
}

function planOf(
  { schedule, first = FIRST_MS, longest = LONGEST_MS, tries }: z.infer<typeof Retry>,
  forMs: number,
): RetryPlan {
  return schedule
    ? { kind: 'schedule', waitsMs: schedule, forMs }
    : { kind: 'exponential', firstMs: first, longestMs: longest, tries: tries ?? null, forMs };
}
