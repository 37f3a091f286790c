import { latestAttempts, type Run, type TaskRun } from './run.ts';
import { isCanceled, isFailure } from './run-if.ts';
import {
  CANCELED,
  DISABLED,
  type Outcome,
  SUCCEEDED,
  SUCCEEDED_WITH_FAILURES,
  TIMED_OUT,
  UPSTREAM_FAILED,
} from './run-phase.ts';

/**
 * How a run ended, from how its tasks did: the leaves decide.
 *
 * A failed task makes the run's legacy state INTERNAL_ERROR, while its `status` is TERMINATED with
 * RUN_EXECUTION_ERROR. UNVERIFIED: that a task's own timeout counts as its failure, and what becomes
 * of a run all of whose tasks are disabled.
 *
 * Source: databricks/cli acceptance/bundle/resources/job_runs/failed_run (recorded from the cloud);
 * docs.databricks.com/jobs/run-if for SUCCESS_WITH_FAILURES.
 */
export function outcomeOfRun(run: Run): Outcome {
  const tasks = latestAttempts(run);
  const [only] = tasks;
  if (run.plan.isSingle && only) return outcomeOfTask(only);
  const upstream = new Set(tasks.flatMap((one) => one.task.depends_on.map((on) => on.task_key)));
  const leaves = tasks.filter((one) => !upstream.has(one.task.task_key)).map(outcomeOfTask);
  const all = tasks.map(outcomeOfTask);

  if (run.stopped && leaves.some((one) => isCanceled(one) || isFailure(one))) {
    return run.stopped === 'timed-out' ? TIMED_OUT : CANCELED;
  }
  if (leaves.some(isFailure)) return failureOf(tasks);
  if (leaves.some(isCanceled)) return CANCELED;
  if (all.every((one) => one.result === 'DISABLED'))
    return { ...DISABLED, lifeCycle: 'TERMINATED' };
  return all.some(isFailure) ? SUCCEEDED_WITH_FAILURES : SUCCEEDED;
}

function outcomeOfTask({ phase }: TaskRun): Outcome {
  if (phase.kind !== 'ended') throw new Error('The task has not ended');
  return phase.outcome;
}

function failureOf(tasks: readonly TaskRun[]): Outcome {
  const failed = tasks.find((one) => {
    const outcome = outcomeOfTask(one);
    return isFailure(outcome) && outcome.result !== 'UPSTREAM_FAILED';
  });
  if (!failed) return { ...UPSTREAM_FAILED, lifeCycle: 'TERMINATED' };
  const { code, message } = outcomeOfTask(failed);
  const skipped = tasks.some((one) => outcomeOfTask(one).result === 'UPSTREAM_FAILED');
  const told = `Task ${failed.task.task_key} failed with message: ${message.replace(/\.$/u, '')}.`;
  return {
    lifeCycle: 'INTERNAL_ERROR',
    result: 'FAILED',
    message: skipped ? `${told} This caused all downstream tasks to get skipped.` : told,
    code: code === 'CANCELED' ? 'RUN_EXECUTION_ERROR' : code,
    type: 'CLIENT_ERROR',
  };
}
