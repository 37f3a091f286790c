import type { NotebookEnd, RunningNotebook } from '../../notebooks/run-notebook.ts';
import { invalidParameter } from '../api-error.ts';
import type { Principal } from '../principal.ts';
import type { Workspace } from '../workspace.ts';
import type { Job } from './job.ts';
import type { Phase } from './run-phase.ts';
import type { Plan, Task } from './settings.ts';

/** One run, of a saved job or as it was submitted. It changes while it goes on. */
export interface Run {
  readonly runId: number;
  readonly jobId: number;
  readonly job: Job | null;
  readonly name: string;
  readonly creator: Principal;
  readonly plan: Plan;
  readonly parameters: RunParameters;
  readonly startMs: number;
  /** In the order of the plan; a retried task stands here once for each attempt. */
  readonly tasks: TaskRun[];
  readonly stopping: AbortController;
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
  /** The job's parameters: defaults, and what run-now said instead. */
  readonly job: Readonly<Record<string, { readonly default: string; readonly value: string }>>;
}

/** One attempt at one task. */
export interface TaskRun {
  readonly runId: number;
  readonly task: Task;
  readonly attempt: number;
  /** null while it waits for the tasks it depends on. */
  startMs: number | null;
  stopped: boolean;
  phase: Phase;
  executionStartMs: number | null;
  endMs: number | null;
  notebook: RunningNotebook | null;
  notebookEnd: NotebookEnd | null;
  readonly cells: CellRecord[];
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
 * The run, or the task of a run, with this id.
 *
 * Source: databricks-sdk-py errors/overrides.py (400 and its text).
 * @throws {ApiError} there is none
 */
export function runWith(workspace: Workspace, runId: number): Found {
  const found = findRun(workspace, runId);
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
