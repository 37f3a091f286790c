import type { Workspace } from '../workspace.ts';
import type { Run, TaskRun } from './run.ts';
import { stateAndStatus } from './run-phase.ts';

/**
 * A run as `runs/get` shows it.
 *
 * Source: databricks-sdk-py service/jobs.py, Run and RunTask.
 */
export function runJson(workspace: Workspace, run: Run, tasks: readonly TaskRun[] | null) {
  const { runId, jobId, job, name, startMs, endMs, parameters, plan } = run;
  const jobParameters = Object.entries(parameters.job).map(([key, one]) => {
    return { name: key, default: one.default, value: one.value };
  });
  const overriding = {
    ...(Object.keys(parameters.notebook).length > 0 && { notebook_params: parameters.notebook }),
    ...(parameters.python && { python_params: parameters.python }),
  };
  return {
    job_id: jobId,
    run_id: runId,
    job_run_id: runId,
    number_in_job: runId,
    original_attempt_run_id: runId,
    creator_user_name: run.creator.name,
    run_as_user_name: run.runAs.name,
    run_name: name,
    run_page_url: pageUrl(workspace, jobId, runId),
    run_type: job ? 'JOB_RUN' : 'SUBMIT_RUN',
    trigger: 'ONE_TIME',
    format: plan.isSingle ? 'SINGLE_TASK' : 'MULTI_TASK',
    ...(plan.isSingle && { task: taskField(plan) }),
    ...stateAndStatus(run.phase),
    start_time: startMs,
    end_time: endMs ?? 0,
    run_duration: between(startMs, endMs),
    setup_duration: 0,
    execution_duration: 0,
    cleanup_duration: 0,
    queue_duration: 0,
    ...gitJson(run),
    ...(jobParameters.length > 0 && { job_parameters: jobParameters }),
    ...(Object.keys(overriding).length > 0 && { overriding_parameters: overriding }),
    ...(tasks && { tasks: tasks.map((task) => taskJson(workspace, run, task)) }),
  };
}

/** What API 2.0 says of the one task. Source: databricks-sdk-py service/jobs.py, RunTask. */
function taskField({ tasks: [task] }: Run['plan']) {
  const { notebook_task, spark_python_task } = task ?? {};
  return {
    ...(notebook_task && { notebook_task }),
    ...(spark_python_task && { spark_python_task }),
  };
}

/** One attempt at a task, as it stands in `tasks[]`. */
function taskJson(workspace: Workspace, run: Run, attempt: TaskRun) {
  const { task, runId, startMs, executionStartMs, endMs } = attempt;
  const dependsOn = task.depends_on.toSorted((a, b) => (a.task_key < b.task_key ? -1 : 1));
  const { max_retries, min_retry_interval_millis, retry_on_timeout, disabled, ...rest } = task;
  const { work: _, libraries, ...given } = rest;
  return {
    ...given,
    ...(max_retries !== 0 && { max_retries, min_retry_interval_millis, retry_on_timeout }),
    ...(disabled && { disabled }),
    ...(libraries.length > 0 && { libraries }),
    depends_on: dependsOn,
    run_id: runId,
    attempt_number: attempt.attempt,
    run_page_url: pageUrl(workspace, run.jobId, runId),
    ...stateAndStatus(attempt.phase),
    start_time: startMs ?? 0,
    end_time: endMs ?? 0,
    setup_duration: between(startMs, executionStartMs),
    execution_duration: between(executionStartMs, endMs),
    cleanup_duration: 0,
    queue_duration: 0,
    ...gitJson(run),
    ...(executionStartMs !== null &&
      hasCluster(task) && { cluster_instance: clusterOf(task, runId) }),
  };
}

/** The run as it was started, and its repairs. Source: databricks-sdk-py, RepairHistoryItem. */
export function historyJson({ rounds, phase }: Run) {
  return rounds.map(({ repairId, startMs, taskRunIds, ended }) => ({
    type: repairId === null ? 'ORIGINAL' : 'REPAIR',
    ...(repairId !== null && { id: repairId }),
    start_time: startMs,
    end_time: ended?.atMs ?? 0,
    ...stateAndStatus(ended ? { kind: 'ended', outcome: ended.outcome } : phase),
    task_run_ids: taskRunIds,
  }));
}

/** A task's run as a run of its own: what `runs/get` and `get-output` say of a task's id. */
export function taskRunJson(workspace: Workspace, run: Run, attempt: TaskRun) {
  const task = taskJson(workspace, run, attempt);
  return {
    ...runJson(workspace, run, null),
    ...task,
    run_name: attempt.task.task_key,
    number_in_job: attempt.runId,
    original_attempt_run_id: attempt.runId,
    parent_run_id: run.runId,
    run_duration: between(attempt.startMs, attempt.endMs),
    format: 'SINGLE_TASK',
  };
}

/** Source: databricks/cli libs/workspaceurls. */
function pageUrl({ config }: Workspace, jobId: number, runId: number): string {
  return `https://${config.host}/jobs/${jobId}/runs/${runId}?o=${config.workspace_id}`;
}

/** 0 as long as it is not over. */
function between(fromMs: number | null, toMs: number | null): number {
  return fromMs === null || toMs === null ? 0 : toMs - fromMs;
}

function gitJson({ plan: { gitSource }, usedCommit }: Run) {
  if (!gitSource) return {};
  const snapshot = usedCommit ? { git_snapshot: { used_commit: usedCommit } } : {};
  return { git_source: { ...gitSource, ...snapshot } };
}

/** Serverless compute has none that anybody sees. */
function hasCluster(task: TaskRun['task']): boolean {
  return Boolean(task.new_cluster ?? task.existing_cluster_id ?? task.job_cluster_key);
}

function clusterOf(task: TaskRun['task'], runId: number) {
  const cluster = task.existing_cluster_id ?? `sandbox-${runId}`;
  return { cluster_id: cluster, spark_context_id: String(runId) };
}
