import { EXCLUDED, type Outcome, UPSTREAM_CANCELED, UPSTREAM_FAILED } from './run-phase.ts';
import type { RunIf } from './settings.ts';

/**
 * Whether a task runs after what its upstream tasks came to: null when it does, else how it ends.
 *
 * Source: docs.databricks.com/jobs/run-if; a task whose condition cannot be met is EXCLUDED, and with
 * the default condition the reason is handed down.
 */
export function heldBack(runIf: RunIf, upstream: readonly Outcome[]): Outcome | null {
  if (upstream.length === 0 || isMet(runIf, upstream)) return null;
  if (runIf !== 'ALL_SUCCESS' && runIf !== 'NONE_FAILED') return EXCLUDED;
  if (upstream.some(isFailure)) return UPSTREAM_FAILED;
  return upstream.some(isCanceled) ? UPSTREAM_CANCELED : EXCLUDED;
}

function isMet(runIf: RunIf, upstream: readonly Outcome[]): boolean {
  switch (runIf) {
    case 'ALL_SUCCESS':
      return upstream.every(isSuccess);
    case 'ALL_DONE':
      return true;
    case 'NONE_FAILED':
      return !upstream.some((one) => isFailure(one) || isCanceled(one)) && upstream.some(isSuccess);
    case 'AT_LEAST_ONE_SUCCESS':
      return upstream.some(isSuccess);
    case 'ALL_FAILED':
      return upstream.every(isFailure);
    case 'AT_LEAST_ONE_FAILED':
      return upstream.some(isFailure);
  }
}

function isSuccess({ result }: Outcome): boolean {
  return result === 'SUCCESS' || result === 'DISABLED';
}

export function isFailure({ result }: Outcome): boolean {
  return result === 'FAILED' || result === 'TIMEDOUT' || result === 'UPSTREAM_FAILED';
}

export function isCanceled({ result }: Outcome): boolean {
  return result === 'CANCELED' || result === 'UPSTREAM_CANCELED';
}
