import { EXCLUDED, type Outcome, UPSTREAM_CANCELED, UPSTREAM_FAILED } from './run-phase.ts';
import type { RunIf } from './settings.ts';

/**
 * Whether a task runs after what its upstream tasks came to: null when it does, else how it ends.
 *
 * Source: docs.databricks.com/jobs/run-if: a condition on failures that is not met leaves the task
 * EXCLUDED, any other UPSTREAM_FAILED; what is excluded counts as successful, and where all that a
 * task depends on is excluded, so is the task; cancellation is handed down.
 */
export function heldBack(runIf: RunIf, upstream: readonly Outcome[]): Outcome | null {
  if (upstream.length === 0) return null;
  if (upstream.every(({ result }) => result === 'EXCLUDED')) return EXCLUDED;
  if (isMet(runIf, upstream)) return null;
  if (runIf === 'AT_LEAST_ONE_FAILED' || runIf === 'ALL_FAILED') return EXCLUDED;
  return upstream.some(isFailure) ? UPSTREAM_FAILED : UPSTREAM_CANCELED;
}

function isMet(runIf: RunIf, upstream: readonly Outcome[]): boolean {
  switch (runIf) {
    case 'ALL_SUCCESS':
      return upstream.every(isSuccess);
    case 'ALL_DONE':
      return true;
    case 'NONE_FAILED':
      return upstream.every(isSuccess);
    case 'AT_LEAST_ONE_SUCCESS':
      return upstream.some(isSuccess);
    case 'ALL_FAILED':
      return !upstream.some(isSuccess);
    case 'AT_LEAST_ONE_FAILED':
      return !upstream.every(isSuccess);
  }
}

const FINE = new Set<unknown>(['SUCCESS', 'SUCCESS_WITH_FAILURES', 'EXCLUDED', 'DISABLED']);

export function isSuccess({ result }: Outcome): boolean {
  return FINE.has(result);
}

export function isCanceled({ result }: Outcome): boolean {
  return result === 'CANCELED' || result === 'UPSTREAM_CANCELED';
}

/** Whatever is neither fine nor canceled: also a result that nobody knows, and none at all. */
export function isFailure(outcome: Outcome): boolean {
  return !isSuccess(outcome) && !isCanceled(outcome);
}
