import type { RunVerdict } from './outcome.ts';

/** What a field says of an ending; null: nothing. */
type Says = RunVerdict | null;

/** The terminal ones. Source: databricks-sdk-py service/jobs.py, RunLifeCycleState */
const LIFE_CYCLES = new Map<string, Says>([
  ['TERMINATED', null],
  ['SKIPPED', 'skipped'],
  ['INTERNAL_ERROR', 'failed'],
  ['A_LIFE_CYCLE_OF_NEXT_YEAR', 'failed'],
]);

/** Source: databricks-sdk-py service/jobs.py, RunResultState; null: there is none */
const RESULTS = new Map<string | null, Says>([
  [null, null],
  ['SUCCESS', 'succeeded'],
  ['FAILED', 'failed'],
  ['TIMEDOUT', 'timed_out'],
  ['CANCELED', 'canceled'],
  ['MAXIMUM_CONCURRENT_RUNS_REACHED', 'skipped'],
  ['EXCLUDED', 'skipped'],
  ['SUCCESS_WITH_FAILURES', 'failed'],
  ['UPSTREAM_FAILED', 'failed'],
  ['UPSTREAM_CANCELED', 'canceled'],
  ['DISABLED', 'skipped'],
  ['A_RESULT_OF_NEXT_YEAR', 'failed'],
]);

const FAILURES = [
  'SUCCESS_WITH_FAILURES',
  'INTERNAL_ERROR',
  'DRIVER_ERROR',
  'CLUSTER_ERROR',
  'REPOSITORY_CHECKOUT_FAILED',
  'INVALID_CLUSTER_REQUEST',
  'WORKSPACE_RUN_LIMIT_EXCEEDED',
  'FEATURE_DISABLED',
  'CLUSTER_REQUEST_LIMIT_EXCEEDED',
  'STORAGE_ACCESS_ERROR',
  'RUN_EXECUTION_ERROR',
  'UNAUTHORIZED_ERROR',
  'LIBRARY_INSTALLATION_ERROR',
  'MAX_SPARK_CONTEXTS_EXCEEDED',
  'RESOURCE_NOT_FOUND',
  'INVALID_RUN_CONFIGURATION',
  'CLOUD_FAILURE',
  'MAX_JOB_QUEUE_SIZE_EXCEEDED',
  'BREAKING_CHANGE',
  'CLUSTER_TERMINATED_BY_USER',
  'BUDGET_POLICY_LIMIT_EXCEEDED',
  'A_CODE_OF_NEXT_YEAR',
] as const;

/** Source: databricks-sdk-py service/jobs.py, TerminationCodeCode; null: no termination_details */
const CODES = new Map<string | null, Says>([
  [null, null],
  ['SUCCESS', 'succeeded'],
  ['USER_CANCELED', 'canceled'],
  ['CANCELED', 'canceled'],
  ['SKIPPED', 'skipped'],
  ['MAX_CONCURRENT_RUNS_EXCEEDED', 'skipped'],
  ['DISABLED', 'skipped'],
  ...FAILURES.map((code) => [code, 'failed'] as const),
]);

/** A way for a run to end, by the API's three words for it, and what is to be said of it. */
export interface Ending {
  readonly lifeCycle: string;
  readonly result: string | null;
  readonly code: string | null;
  readonly verdict: RunVerdict;
}

/** Every combination that the API can give, with one word that nobody knows in each field. */
export function everyEnding(): readonly Ending[] {
  return [...LIFE_CYCLES].flatMap(([lifeCycle, ofLifeCycle]) =>
    [...RESULTS].flatMap(([result, ofResult]) =>
      [...CODES].map(([code, ofCode]) => {
        const said = [ofLifeCycle, ofResult, ofCode].filter((one) => one !== null);
        return { lifeCycle, result, code, verdict: together(lifeCycle, said) };
      }),
    ),
  );
}

/** What was skipped did not run, whatever else is said; then the one that says most; no word, no green. */
function together(lifeCycle: string, said: readonly RunVerdict[]): RunVerdict {
  if (lifeCycle === 'SKIPPED') return 'skipped';
  const order = ['timed_out', 'canceled', 'skipped', 'failed', 'succeeded'] as const;
  return order.find((verdict) => said.includes(verdict)) ?? 'failed';
}
