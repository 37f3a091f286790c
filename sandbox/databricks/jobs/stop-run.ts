import type { Workspace } from '../workspace.ts';
import { endAll } from './attempt.ts';
import type { Run, TaskRun } from './run.ts';
import { stoppedOutcome } from './run-task.ts';

/** Asks a run to stop; it has done so when its phase says ended. */
export function stopRun(workspace: Workspace, run: Run, why: 'canceled' | 'timed-out'): void {
  if (run.phase.kind === 'ended' || run.stopped) return;
  run.stopped = why;
  if (run.phase.kind === 'queued') {
    endAll(workspace, run, stoppedOutcome(run));
    return;
  }
  run.phase = { kind: 'terminating' };
  run.stopping.abort();
  for (const task of run.tasks) stopTask(task);
}

/** Asks one task of a run to stop. */
export function stopTask(task: TaskRun): void {
  if (task.phase.kind === 'ended') return;
  task.stopped = true;
  if (task.phase.kind === 'running') task.phase = { kind: 'terminating' };
  task.notebook?.cancel();
}
