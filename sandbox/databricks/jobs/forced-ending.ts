import { setTimeout as wait } from 'node:timers/promises';

import type { Workspace } from '../workspace.ts';
import type { Run, TaskRun } from './run.ts';
import type { Outcome } from './run-phase.ts';
import { isStopped, stoppedOutcome } from './run-task.ts';

/**
 * How a fault has the run, or this attempt at a task, end instead of being run; null: no fault does.
 * Until then it looks as if it ran, and can be canceled.
 */
export async function forcedEnding(
  { tools }: Workspace,
  run: Run,
  task: TaskRun | null,
): Promise<Outcome | null> {
  const taskKey = task?.task.task_key ?? null;
  const forced = tools.endings?.for({ runName: run.name, taskKey });
  if (!forced) return null;

  const { afterMs, ...outcome } = forced;
  if (!task) run.phase = { kind: 'running' };
  await wait(afterMs, undefined, { signal: run.stopping.signal }).catch(() => undefined);
  const isCanceled = task ? isStopped(run, task) : run.stopped !== null;
  return isCanceled ? stoppedOutcome(run) : outcome;
}
