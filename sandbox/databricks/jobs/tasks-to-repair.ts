import { invalidParameter } from '../api-error.ts';
import { downstreamOf } from './only-tasks.ts';
import { latestAttempts, type Run } from './run.ts';
import { isSuccess } from './run-if.ts';

interface Wish {
  readonly failed: boolean;
  readonly named: readonly string[] | undefined;
  readonly dependents: boolean;
}

/**
 * The keys of the tasks that a repair runs again. What failed, or was held back by what failed, is a
 * failed task.
 *
 * Source: databricks-sdk-py service/jobs.py, JobsAPI.repair_run; the texts are ours.
 * @throws {ApiError} 400, there is nothing to repair, or it is not clear what
 */
export function tasksToRepair(run: Run, { failed, named, dependents }: Wish): ReadonlySet<string> {
  if (failed === (named !== undefined)) {
    throw invalidParameter('Exactly one of rerun_tasks and rerun_all_failed_tasks is needed');
  }
  const { tasks } = run.plan;
  const unknown = named?.find((key) => !tasks.some((task) => task.task_key === key));
  if (unknown !== undefined) {
    throw invalidParameter(`rerun_tasks names the task ${unknown}, which does not exist`);
  }
  const chosen = named ?? failedTasks(run);
  if (chosen.length === 0) throw invalidParameter(`Run ${run.runId} has no task to repair`);
  return new Set([...chosen, ...(dependents ? downstreamOf(tasks, chosen) : [])]);
}

function failedTasks(run: Run): string[] {
  return latestAttempts(run)
    .filter(({ phase }) => phase.kind === 'ended' && !isSuccess(phase.outcome))
    .map(({ task }) => task.task_key);
}
