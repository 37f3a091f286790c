import type { NotebookEnd, RunningNotebook } from '../../notebooks/run-notebook.ts';
import { invalidParameter } from '../api-error.ts';
import type { Grant } from '../permissions/grant.ts';
import { checkRunAccess, type JobLevel } from '../permissions/job-access.ts';
import type { Principal } from '../principal.ts';
import type { Workspace } from '../workspace.ts';
import type { Job } from './job.ts';
import type { Plan, Task } from './plan.ts';
import type { Outcome, Phase } from './run-phase.ts';

/** One run, of a saved job or as it was submitted. It changes while it goes on. */
export interface Run {
  readonly runId: number;
  readonly jobId: number;
  readonly job: Job | null;
  readonly name: string;
  /** Who started it. */
  readonly creator: Principal;
  /** Whom it acts as: whose git credential it uses, whose token its notebooks get. */
  readonly runAs: Principal;
  /** Who may see and manage it, where no job says so. */
  readonly access: readonly Grant<JobLevel>[];
  readonly plan: Plan;
  /** What a repair says is said for the whole run from then on. */
  parameters: RunParameters;
  readonly startMs: number;
  /** In the order of the plan; a retried or repaired task stands here once for each attempt. */
  readonly tasks: TaskRun[];
  /** The run as it was started, then its repairs. */
  readonly rounds: Round[];
  stopping: AbortController;
  /** Why it was stopped from outside, if it was. */
  stopped: 'canceled' | 'timed-out' | null;
  phase: Phase;
  endMs: number | null;
  /** The commit that was really executed. */
  usedCommit: string | null;
}

export interface RunParameters {
  /** `notebook_params` of run-now. */
  readonly notebook: Readonly<Record<string, string>>;
  /** `python_params` of run-now, in place of each task's own; null: none were given. */
  readonly python: readonly string[] | null;
  /** The job's parameters: defaults, and what run-now said instead. */
  readonly job: Readonly<Record<string, { readonly default: string; readonly value: string }>>;
}

/** One go at a run: the first, or a repair. */
export interface Round {
  /** null: the first. */
  readonly repairId: number | null;
  readonly startMs: number;
  readonly taskRunIds: number[];
  /** null while it goes on. */
  ended: { readonly atMs: number; readonly outcome: Outcome } | null;
}

/** One attempt at one task. */
export interface TaskRun {
  readonly runId: number;
  readonly task: Task;
  /** Counts on over retries and repairs. */
  readonly attempt: number;
  /** Counts the retries since the run began or was repaired. */
  readonly retry: number;
  /** null while it waits for the tasks it depends on. */
  startMs: number | null;
  stopped: boolean;
  phase: Phase;
  executionStartMs: number | null;
  endMs: number | null;
  notebook: RunningNotebook | null;
  notebookEnd: NotebookEnd | null;
  readonly cells: CellRecord[];
  /** Where its process found itself, once it runs: `bubblewrap` or `patched paths`. */
  isolation: string | null;
}

/** One cell of a notebook, as the run's page shows it. */
export interface CellRecord {
  readonly number: number;
  readonly title: string | null;
  readonly source: string;
  readonly lines: OutputLine[];
  ok: boolean | null;
  durationMs: number | null;
}

export interface OutputLine {
  readonly kind: 'stdout' | 'stderr' | 'display';
  readonly text: string;
}

/** A run's id may be the run's own or that of one of its tasks. */
export type Found =
  | { readonly kind: 'run'; readonly run: Run }
  | { readonly kind: 'task'; readonly run: Run; readonly task: TaskRun };

/**
 * The run, or the task of a run, with this id, for somebody who may do that much with it.
 *
 * Source: databricks-sdk-py errors/overrides.py (400 and its text).
 * @throws {ApiError} 403 or 400
 */
export function runFor(
  workspace: Workspace,
  principal: Principal,
  order: { readonly runId: number; readonly needed: 'CAN_VIEW' | 'CAN_MANAGE_RUN' },
): Found {
  const { runId, needed } = order;
  const found = findRun(workspace, runId);
  checkRunAccess(workspace, principal, { runId, found, needed });
  if (!found) throw invalidParameter(`Run ${runId} does not exist.`);
  return found;
}

export function findRun(workspace: Workspace, runId: number): Found | null {
  const run = workspace.runs.get(runId);
  if (run) return { kind: 'run', run };
  for (const candidate of workspace.runs.values()) {
    const task = candidate.tasks.find((one) => one.runId === runId);
    if (task) return { kind: 'task', run: candidate, task };
  }
  return null;
}

/** The last attempt at each task. */
export function latestAttempts(run: Run): readonly TaskRun[] {
  return [...new Map(run.tasks.map((task) => [task.task.task_key, task])).values()];
}
