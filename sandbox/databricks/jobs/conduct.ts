import { setTimeout as wait } from 'node:timers/promises';

import { type Checkout, checkOut } from '../git/checkout.ts';
import type { Principal } from '../principal.ts';
import { inBackground, type Workspace } from '../workspace.ts';
import { forcedEnding } from './forced-ending.ts';
import type { Job } from './job.ts';
import { latestAttempts, type Run, type RunParameters, type TaskRun } from './run.ts';
import { heldBack } from './run-if.ts';
import { outcomeOfRun } from './run-outcome.ts';
import { couldNotStart, DISABLED, type Outcome, type Phase, TOO_MANY_RUNS } from './run-phase.ts';
import { isStopped, runTask, stoppedOutcome } from './run-task.ts';
import type { Plan, Task } from './settings.ts';

export interface RunOrder {
  readonly name: string;
  readonly plan: Plan;
  readonly creator: Principal;
  readonly job: Job | null;
  readonly parameters: RunParameters;
}

/** Starts a run; it goes on after this has returned. */
export function startRun(workspace: Workspace, order: RunOrder): Run {
  const { name, plan, creator, job, parameters } = order;
  const runId = workspace.nextId();
  const startMs = workspace.tools.clock.now();
  const tasks = plan.tasks.map((task) => firstAttempt(workspace, task, startMs));
  const run: Run = {
    runId,
    jobId: job?.jobId ?? workspace.nextId(),
    job,
    name,
    creator,
    plan,
    parameters,
    startMs,
    tasks,
    stopping: new AbortController(),
    stopped: null,
    phase: { kind: 'pending' },
    endMs: null,
    usedCommit: null,
  };
  const busy = job !== null && activeRuns(workspace, job) >= job.settings.max_concurrent_runs;
  workspace.runs.set(runId, run);
  if (!busy) inBackground(workspace, conduct(workspace, run));
  else if (job.settings.queue?.enabled) run.phase = { kind: 'queued' };
  else endAll(workspace, run, TOO_MANY_RUNS);
  return run;
}

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

function activeRuns(workspace: Workspace, job: Job): number {
  const runs = [...workspace.runs.values()].filter((run) => run.jobId === job.jobId);
  return runs.filter((run) => run.phase.kind !== 'ended').length;
}

function firstAttempt(workspace: Workspace, task: Task, startMs: number): TaskRun {
  const waits = task.depends_on.length > 0;
  const phase: Phase = { kind: waits ? 'blocked' : 'pending' };
  return attemptAt(workspace, task, { attempt: 0, startMs: waits ? null : startMs, phase });
}

function attemptAt(
  workspace: Workspace,
  task: Task,
  begin: Pick<TaskRun, 'attempt' | 'startMs' | 'phase'>,
): TaskRun {
  return {
    runId: workspace.nextId(),
    task,
    ...begin,
    stopped: false,
    executionStartMs: null,
    endMs: null,
    notebook: null,
    notebookEnd: null,
    cells: [],
  };
}

/** Takes a run to its end; what goes wrong on our own side is an end too. */
async function conduct(workspace: Workspace, run: Run): Promise<void> {
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
    run.phase = { kind: 'ended', outcome: outcomeOfRun(run) };
    run.endMs = workspace.tools.clock.now();
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
    ? checkOut(workspace, gitSource, run.creator, run.stopping.signal)
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
  const upstream = await Promise.all(task.depends_on.map((one) => outcomeOf(one.task_key)));
  const first = latestAttempts(run).find((one) => one.task.task_key === task.task_key);
  if (!first) throw new Error(`No attempt at ${task.task_key}`);
  const reason = isStopped(run, first)
    ? stoppedOutcome(run)
    : (heldBack(task.run_if, upstream) ?? (task.disabled ? DISABLED : null));
  if (reason) return endTask(workspace, first, reason);

  first.phase = { kind: 'pending' };
  first.startMs ??= workspace.tools.clock.now();
  const checkout = await checkingOut;
  if (checkout?.kind === 'checked-out') run.usedCommit = checkout.commit;
  return attemptUntilDone(workspace, run, first, checkout);
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
    const next = { attempt: attempt.attempt + 1, startMs, phase: waiting };
    attempt = attemptAt(workspace, task, next);
    run.tasks.push(attempt);
    const pause = { signal: run.stopping.signal };
    await wait(task.min_retry_interval_millis, undefined, pause).catch(() => undefined);
    if (isStopped(run, attempt)) return endTask(workspace, attempt, stoppedOutcome(run));
  }
}

function isTriedAgain(run: Run, { task, attempt, stopped }: TaskRun, outcome: Outcome): boolean {
  if (run.stopped || stopped) return false;
  if (task.max_retries >= 0 && attempt >= task.max_retries) return false;
  return outcome.result === 'FAILED' || (outcome.result === 'TIMEDOUT' && task.retry_on_timeout);
}

function endTask(workspace: Workspace, task: TaskRun, outcome: Outcome): Outcome {
  task.phase = { kind: 'ended', outcome };
  task.endMs = workspace.tools.clock.now();
  task.startMs ??= task.endMs;
  return outcome;
}

function startNextInQueue(workspace: Workspace, ended: Run): void {
  const next = [...workspace.runs.values()].find(
    (run) => run.jobId === ended.jobId && run.phase.kind === 'queued',
  );
  if (!next) return;
  next.phase = { kind: 'pending' };
  inBackground(workspace, conduct(workspace, next));
}

/** Ends a run whose tasks never began, or cannot go on. */
function endAll(workspace: Workspace, run: Run, outcome: Outcome): void {
  for (const task of run.tasks) endTask(workspace, task, outcome);
  run.phase = { kind: 'ended', outcome };
  run.endMs = workspace.tools.clock.now();
}
