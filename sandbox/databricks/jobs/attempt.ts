import type { Workspace } from '../workspace.ts';
import type { Task } from './plan.ts';
import type { Run, TaskRun } from './run.ts';
import type { Outcome } from './run-phase.ts';

/** A new attempt at a task, which has not begun. */
export function newAttempt(
  workspace: Workspace,
  task: Task,
  begin: Pick<TaskRun, 'attempt' | 'retry' | 'startMs' | 'phase'>,
): TaskRun {
  return {
    runId: workspace.ids.next(),
    task,
    ...begin,
    stopped: false,
    executionStartMs: null,
    endMs: null,
    notebook: null,
    notebookEnd: null,
    cells: [],
    isolation: null,
  };
}

/** Adds an attempt to a run, and to the go at it that is under way. */
export function addAttempt(run: Run, attempt: TaskRun): void {
  run.tasks.push(attempt);
  run.rounds.at(-1)?.taskRunIds.push(attempt.runId);
}

export function endTask(workspace: Workspace, task: TaskRun, outcome: Outcome): Outcome {
  task.phase = { kind: 'ended', outcome };
  task.endMs = workspace.tools.clock.now();
  task.startMs ??= task.endMs;
  return outcome;
}

export function endRun(workspace: Workspace, run: Run, outcome: Outcome): void {
  const atMs = workspace.tools.clock.now();
  run.phase = { kind: 'ended', outcome };
  run.endMs = atMs;
  const round = run.rounds.at(-1);
  if (round) round.ended = { atMs, outcome };
}

/** Ends a run whose tasks never began, or cannot go on. */
export function endAll(workspace: Workspace, run: Run, outcome: Outcome): void {
  const open = run.tasks.filter((task) => task.phase.kind !== 'ended');
  for (const task of open) endTask(workspace, task, outcome);
  endRun(workspace, run, outcome);
}
