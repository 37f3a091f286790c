/** Where a run, or one task of it, stands. */
export type Phase =
  | { readonly kind: 'queued' }
  | { readonly kind: 'blocked' }
  | { readonly kind: 'pending' }
  | { readonly kind: 'running' }
  | { readonly kind: 'waiting-for-retry' }
  | { readonly kind: 'terminating' }
  | { readonly kind: 'ended'; readonly outcome: Outcome };

/** How it ended, in both of the vendor's vocabularies at once. */
export interface Outcome {
  readonly lifeCycle: 'TERMINATED' | 'SKIPPED' | 'INTERNAL_ERROR' | Forced;
  /** null: there is none. */
  readonly result: Result | Forced | null;
  readonly message: string;
  /** null: nothing is said of how it was terminated. */
  readonly code: string | null;
  readonly type: 'SUCCESS' | 'CLIENT_ERROR' | 'INTERNAL_ERROR' | Forced;
}

/** A word that a fault asked for: the vendor's lists are open. */
type Forced = string & {};

export type Result =
  | 'SUCCESS'
  | 'SUCCESS_WITH_FAILURES'
  | 'FAILED'
  | 'TIMEDOUT'
  | 'CANCELED'
  | 'EXCLUDED'
  | 'DISABLED'
  | 'UPSTREAM_FAILED'
  | 'UPSTREAM_CANCELED'
  | 'MAXIMUM_CONCURRENT_RUNS_REACHED';

export const SUCCEEDED: Outcome = {
  lifeCycle: 'TERMINATED',
  result: 'SUCCESS',
  message: '',
  code: 'SUCCESS',
  type: 'SUCCESS',
};

/** All leaves are fine, something before them was not. */
export const SUCCEEDED_WITH_FAILURES: Outcome = {
  ...SUCCEEDED,
  result: 'SUCCESS_WITH_FAILURES',
  code: 'SUCCESS_WITH_FAILURES',
};

/**
 * A notebook raised: the task's own outcome.
 *
 * Source: databricks/cli acceptance/bundle/resources/job_runs/failed_run (recorded from the cloud).
 */
export const WORKLOAD_FAILED: Outcome = {
  lifeCycle: 'TERMINATED',
  result: 'FAILED',
  message: 'Workload failed, see run output for details',
  code: 'RUN_EXECUTION_ERROR',
  type: 'CLIENT_ERROR',
};

// The pairs below are inferred in the protocol reference (4.3); their messages and types are ours.

export const CANCELED: Outcome = {
  lifeCycle: 'TERMINATED',
  result: 'CANCELED',
  message: 'Run cancelled.',
  code: 'USER_CANCELED',
  type: 'CLIENT_ERROR',
};

export const TIMED_OUT: Outcome = {
  lifeCycle: 'TERMINATED',
  result: 'TIMEDOUT',
  message: 'Run timed out.',
  code: 'CANCELED',
  type: 'CLIENT_ERROR',
};

export const UPSTREAM_FAILED: Outcome = {
  lifeCycle: 'SKIPPED',
  result: 'UPSTREAM_FAILED',
  message: 'An upstream task failed.',
  code: 'SKIPPED',
  type: 'CLIENT_ERROR',
};

export const UPSTREAM_CANCELED: Outcome = {
  ...UPSTREAM_FAILED,
  result: 'UPSTREAM_CANCELED',
  message: 'An upstream task was cancelled.',
};

export const EXCLUDED: Outcome = {
  ...UPSTREAM_FAILED,
  result: 'EXCLUDED',
  message: 'The run_if condition of the task was not met.',
};

export const DISABLED: Outcome = {
  ...UPSTREAM_FAILED,
  result: 'DISABLED',
  message: 'The task is disabled.',
  code: 'DISABLED',
};

export const TOO_MANY_RUNS: Outcome = {
  ...UPSTREAM_FAILED,
  result: 'MAXIMUM_CONCURRENT_RUNS_REACHED',
  message: 'The maximum number of concurrent runs of this job was reached.',
  code: 'MAX_CONCURRENT_RUNS_EXCEEDED',
};

/**
 * The process that ran the notebook went away without a word, as when its memory ran out.
 *
 * Source: the vendor's message, from memory; that the life cycle is TERMINATED is UNVERIFIED.
 */
export const DRIVER_GONE: Outcome = {
  ...WORKLOAD_FAILED,
  message: 'The spark driver has stopped unexpectedly and is restarting.',
  code: 'DRIVER_ERROR',
};

/** The task could not start: its repository or its notebook was not to be had. */
export function couldNotStart(code: string, message: string): Outcome {
  return { lifeCycle: 'INTERNAL_ERROR', result: 'FAILED', message, code, type: 'CLIENT_ERROR' };
}

const LEGACY = {
  queued: ['QUEUED', 'Queued due to reaching maximum concurrent runs of 1.'],
  blocked: ['BLOCKED', ''],
  pending: ['PENDING', 'Waiting for cluster'],
  running: ['RUNNING', 'In run'],
  'waiting-for-retry': ['WAITING_FOR_RETRY', ''],
  terminating: ['TERMINATING', 'Terminating'],
} as const;

/**
 * The two descriptions that the API gives of one state, side by side.
 *
 * Source: databricks-sdk-py service/jobs.py, RunState and RunStatus.
 */
export function stateAndStatus(phase: Phase) {
  if (phase.kind !== 'ended') {
    const [lifeCycle, message] = LEGACY[phase.kind];
    const state = phase.kind === 'waiting-for-retry' ? 'WAITING' : lifeCycle;
    const queue = { code: 'MAX_CONCURRENT_RUNS_REACHED', message };
    return {
      state: {
        life_cycle_state: lifeCycle,
        state_message: message,
        user_cancelled_or_timedout: false,
      },
      status: phase.kind === 'queued' ? { state, queue_details: queue } : { state },
    };
  }
  const { lifeCycle, result, message, code, type } = phase.outcome;
  return {
    state: {
      life_cycle_state: lifeCycle,
      ...(result !== null && { result_state: result }),
      state_message: message,
      user_cancelled_or_timedout: result === 'CANCELED' || result === 'TIMEDOUT',
    },
    status: {
      state: 'TERMINATED',
      ...(code !== null && { termination_details: { code, type, message } }),
    },
  };
}
