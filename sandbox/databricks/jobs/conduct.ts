import { setTimeout as wait } from 'node:timers/promises';

import { type Checkout, checkOut } from '../git/checkout.ts';
import { inBackground, type Workspace } from '../workspace.ts';
import { addAttempt, endAll, endRun, endTask, newAttempt } from './attempt.ts';
import { forcedEnding } from './forced-ending.ts';
import type { Task } from './plan.ts';
import { latestAttempts, type Run, type TaskRun } from './run.ts';
import { heldBack } from './run-if.ts';
import { outcomeOfRun } from './run-outcome.ts';
import { couldNotStart, DISABLED, type Outcome, type Phase } from './run-phase.ts';
import { isStopped, runTask, stoppedOutcome } from './run-task.ts';
import { stopRun } from './stop-run.ts';

/** Takes a run, or a repair of one, to its end; what goes wrong on our own side is an end too. */
export async function conduct(workspace: Workspace, run: Run): Promise<void> {
  const { timeoutMs } = run.plan;
  const timer = timeoutMs
    ? setTimeout(() => stopRun(workspace, run, 'timed-out'), timeoutMs)
    : undefined;
  try {
    const forced = await forcedEnding(workspace, run, null);
    if (forced) {
      endAll(workspace, run, forced);
      return;
    }
    await conductTasks(workspace, run);
    endRun(workspace, run, outcomeOfRun(run));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    endAll(workspace, run, couldNotStart('INTERNAL_ERROR', message));
  } finally {
    clearTimeout(timer);
    startNextInQueue(workspace, run);
  }
}

async function conductTasks(workspace: Workspace, run: Run): Promise<void> {
  const { gitSource, tasks } = run.plan;
  const checkout = gitSource
    ? checkOut(workspace, gitSource, run.runAs, run.stopping.signal)
    : Promise.resolve(null);
  const done = new Map<string, Promise<Outcome>>();
  const outcome = (key: string): Promise<Outcome> => {
    const task = tasks.find((one) => one.task_key === key);
    if (!task) throw new Error(`No task ${key}`);
    const started = done.get(key) ?? conductTask(workspace, run, task, checkout, outcome);
    done.set(key, started);
    return started;
  };
  await Promise.all(tasks.map((task) => outcome(task.task_key)));
}

async function conductTask(
  workspace: Workspace,
  run: Run,
  task: Task,
  checkingOut: Promise<Checkout | null>,
  outcomeOf: (key: string) => Promise<Outcome>,
): Promise<Outcome> {
  const first = latestAttempts(run).find((one) => one.task.task_key === task.task_key);
  if (!first) throw new Error(`No attempt at ${task.task_key}`);
  // In a repair, what is not run again stays as it was.
  if (first.phase.kind === 'ended') return first.phase.outcome;

  const upstream = await Promise.all(task.depends_on.map((one) => outcomeOf(one.task_key)));
  const reason = isStopped(run, first)
    ? stoppedOutcome(run)
    : (heldBack(task.run_if, upstream) ?? (task.disabled ? DISABLED : null));
  if (reason) return endTask(workspace, first, reason);

  first.phase = { kind: 'pending' };
  first.startMs ??= workspace.tools.clock.now();
  const checkout = await checkingOut;
  if (checkout?.kind === 'checked-out') run.usedCommit = checkout.commit;
  await startCluster(workspace, run, task);
  return attemptUntilDone(workspace, run, first, checkout);
}

/** Only a cluster of one's own takes its time; serverless compute and a running cluster do not. */
async function startCluster({ config }: Workspace, run: Run, task: Task): Promise<void> {
  if (!task.new_cluster && !task.job_cluster_key) return;
  const pause = { signal: run.stopping.signal };
  await wait(config.cluster_start_ms, undefined, pause).catch(() => undefined);
}

async function attemptUntilDone(
  workspace: Workspace,
  run: Run,
  first: TaskRun,
  checkout: Checkout | null,
): Promise<Outcome> {
  for (let attempt = first; ; ) {
    if (!isStopped(run, attempt)) {
      attempt.phase = { kind: 'running' };
      run.phase = { kind: 'running' };
    }
    const outcome =
      (await forcedEnding(workspace, run, attempt)) ??
      (await runTask(workspace, run, attempt, checkout));
    endTask(workspace, attempt, outcome);
    if (!isTriedAgain(run, attempt, outcome)) return outcome;

    const { task } = attempt;
    const startMs = workspace.tools.clock.now();
    const waiting: Phase = { kind: 'waiting-for-retry' };
    const counts = { attempt: attempt.attempt + 1, retry: attempt.retry + 1 };
    attempt = newAttempt(workspace, task, { ...counts, startMs, phase: waiting });
    addAttempt(run, attempt);
    const pause = { signal: run.stopping.signal };
    await wait(task.min_retry_interval_millis, undefined, pause).catch(() => undefined);
    if (isStopped(run, attempt)) return endTask(workspace, attempt, stoppedOutcome(run));
  }
}

function isTriedAgain(run: Run, { task, retry, stopped }: TaskRun, outcome: Outcome): boolean {
  if (run.stopped || stopped) return false;
  if (task.max_retries >= 0 && retry >= task.max_retries) return false;
  return outcome.result === 'FAILED' || (outcome.result === 'TIMEDOUT' && task.retry_on_timeout);
}

function startNextInQueue(workspace: Workspace, ended: Run): void {
  const next = [...workspace.runs.values()].find(
    (run) => run.jobId === ended.jobId && run.phase.kind === 'queued',
  );
  if (!next) return;
  next.phase = { kind: 'pending' };
  inBackground(workspace, conduct(workspace, next));
}
