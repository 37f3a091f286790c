import { inBackground, type Workspace } from '../workspace.ts';
import { addAttempt, newAttempt } from './attempt.ts';
import { conduct } from './conduct.ts';
import { latestAttempts, type Run } from './run.ts';
import type { Phase } from './run-phase.ts';

/** Runs tasks of an ended run again, as part of the same run; you get the id of the repair. */
export function repairRun(workspace: Workspace, run: Run, keys: ReadonlySet<string>): number {
  const repairId = workspace.ids.next();
  const startMs = workspace.tools.clock.now();
  run.rounds.push({ repairId, startMs, taskRunIds: [], ended: null });
  for (const { task, attempt } of latestAttempts(run)) {
    if (!keys.has(task.task_key)) continue;
    const waits = task.depends_on.some((one) => keys.has(one.task_key));
    const phase: Phase = { kind: waits ? 'blocked' : 'pending' };
    const begin = { attempt: attempt + 1, retry: 0, startMs: waits ? null : startMs, phase };
    addAttempt(run, newAttempt(workspace, task, begin));
  }
  run.stopping = new AbortController();
  run.stopped = null;
  run.phase = { kind: 'pending' };
  run.endMs = null;
  inBackground(workspace, conduct(workspace, run));
  return repairId;
}
