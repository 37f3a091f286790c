import type { DatabricksClient } from '../../clients/databricks/databricks-client.ts';
import { getRun } from '../../clients/databricks/get-run.ts';
import { getRunOutput } from '../../clients/databricks/get-run-output.ts';
import type { DatabricksRun } from '../../clients/databricks/run.ts';
import {
  judgeDatabricksRun,
  judgeDatabricksTask,
  latestAttempts,
} from '../../model/judge-databricks-run.ts';
import type { Look, Remains, TaskLook } from './runner.ts';

/** A run of Databricks, as it is now. */
export async function lookAtDatabricks(
  client: DatabricksClient,
  id: string,
  signal: AbortSignal,
): Promise<Look & { readonly codes: readonly string[] }> {
  const run = await getRun(client, id, signal);
  return {
    id,
    url: run.run_page_url ?? null,
    name: run.run_name,
    state: judgeDatabricksRun(run),
    actor: run.creator_user_name ?? null,
    commit: run.git_source?.git_snapshot?.used_commit ?? null,
    startedAtMs: run.start_time,
    endedAtMs: run.end_time,
    tasks: latestAttempts(run.tasks).map(lookOf),
    codes: [run, ...run.tasks].flatMap(({ status }) => status?.termination_details?.code ?? []),
  };
}

function lookOf(task: DatabricksRun['tasks'][number]): TaskLook {
  return {
    id: task.run_id,
    url: task.run_page_url ?? null,
    name: task.task_key,
    attempt: task.attempt_number + 1,
    state: judgeDatabricksTask(task),
    startedAtMs: task.start_time,
    endedAtMs: task.end_time,
  };
}

/** What one attempt at a task left behind. */
export async function remainsOnDatabricks(
  client: DatabricksClient,
  taskRunId: string,
  signal: AbortSignal,
): Promise<Remains> {
  const left = await getRunOutput(client, taskRunId, signal);
  return {
    error: left.error ?? null,
    trace: left.error_trace ?? null,
    output: left.notebook_output?.result ?? left.logs ?? null,
  };
}
