import type { RunState, RunVerdict } from './outcome.ts';

/**
 * What the Jobs API says of how a run or a task stands, twice: `state` of old, `status` of late.
 * Source: `RunState` and `RunStatus` in databricks-sdk-py `databricks/sdk/service/jobs.py`
 */
export interface DatabricksStanding {
  readonly state?: LegacyState | undefined;
  readonly status?: Status | undefined;
}

interface LegacyState {
  readonly life_cycle_state?: string | undefined;
  readonly result_state?: string | undefined;
  readonly state_message?: string | undefined;
}

interface Status {
  readonly state: string;
  readonly termination_details?: TerminationDetails | undefined;
}

interface TerminationDetails {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

export interface DatabricksTask extends DatabricksStanding {
  readonly task_key: string;
  readonly attempt_number: number;
}

/** Ended, by the old field. INTERNAL_ERROR is how a run with a failed task looks there. */
const ENDED = new Set(['TERMINATED', 'SKIPPED', 'INTERNAL_ERROR']);

/** What is not named here is a failure: the set of values is open, and grows. */
const byResult: ReadonlyMap<string, RunVerdict> = new Map([
  ['SUCCESS', 'succeeded'],
  ['TIMEDOUT', 'timed_out'],
  ['CANCELED', 'canceled'],
  ['UPSTREAM_CANCELED', 'canceled'],
  ['MAXIMUM_CONCURRENT_RUNS_REACHED', 'skipped'],
  ['EXCLUDED', 'skipped'],
  ['DISABLED', 'skipped'],
] as const);

const byCode: ReadonlyMap<string, RunVerdict> = new Map([
  ['SUCCESS', 'succeeded'],
  ['USER_CANCELED', 'canceled'],
  ['CANCELED', 'canceled'],
  ['MAX_CONCURRENT_RUNS_EXCEEDED', 'skipped'],
  ['SKIPPED', 'skipped'],
  ['DISABLED', 'skipped'],
] as const);

/**
 * Where the fields disagree, the first of these that one of them names: a timeout is `TIMEDOUT` in
 * the old field and `CANCELED` in the new. Green takes all of them.
 */
const precedence = ['timed_out', 'canceled', 'skipped', 'failed', 'succeeded'] as const;

/** How a Databricks run stands, by its own fields and by those of its tasks' last attempts. */
export function judgeDatabricksRun(
  run: DatabricksStanding & { readonly tasks: readonly DatabricksTask[] },
): RunState {
  const own = judgeDatabricksTask(run);
  if (own.kind === 'running') return own;

  const tasks = latestAttempts(run.tasks).map((task) => ({
    name: task.task_key,
    state: judgeDatabricksTask(task),
  }));
  if (own.verdict !== 'succeeded') return { ...own, reason: blame(own.reason, tasks) };
  if (tasks.length === 0) return ended('failed', 'it says SUCCESS, but no task ran');

  const stray = tasks.find(
    ({ state }) => state.kind === 'running' || state.verdict !== 'succeeded',
  );
  if (!stray) return ended('succeeded', `${tasks.length} of ${tasks.length} tasks succeeded`);
  const verdict = stray.state.kind === 'ended' ? stray.state.verdict : 'failed';
  return ended(verdict, `it says SUCCESS, but task ${stray.name} ${said(stray.state)}`);
}

/** How one task, or a run without a look at its tasks, stands. */
export function judgeDatabricksTask(task: DatabricksStanding): RunState {
  const { state, status } = task;
  const lifeCycle = state?.life_cycle_state ?? 'unknown';
  const hasEnded = status ? status.state === 'TERMINATED' : ENDED.has(lifeCycle);
  if (!hasEnded) return { kind: 'running', status: status?.state ?? lifeCycle };
  return ended(verdictOf(task), reasonOf(task));
}

/** The last attempt of every task: a retried task is listed once for each attempt. */
export function latestAttempts<Task extends DatabricksTask>(tasks: readonly Task[]): Task[] {
  const latest = new Map<string, Task>();
  for (const task of tasks) {
    const known = latest.get(task.task_key);
    if (!known || task.attempt_number >= known.attempt_number) latest.set(task.task_key, task);
  }
  return [...latest.values()];
}

function verdictOf({ state, status }: DatabricksStanding): RunVerdict {
  // A task after a failed one is SKIPPED and UPSTREAM_FAILED, and did not run.
  if (state?.life_cycle_state === 'SKIPPED') return 'skipped';
  const verdicts = new Set([
    meaning(byResult, state?.result_state),
    meaning(byCode, status?.termination_details?.code),
    isUneventful(state?.life_cycle_state) ? null : 'failed',
  ]);
  return precedence.find((verdict) => verdicts.has(verdict)) ?? 'failed';
}

/** Whether it lets the other fields decide: a word that we do not know is no success. */
function isUneventful(lifeCycle: string | undefined): boolean {
  return lifeCycle === undefined || lifeCycle === 'TERMINATED';
}

function meaning(table: ReadonlyMap<string, RunVerdict>, value: string | undefined) {
  return value === undefined ? null : (table.get(value) ?? 'failed');
}

/** Its own words: `INTERNAL_ERROR/FAILED, RUN_EXECUTION_ERROR: Task main failed …`. */
function reasonOf({ state, status }: DatabricksStanding): string {
  const { code, message } = status?.termination_details ?? {};
  const legacy = [state?.life_cycle_state, state?.result_state].filter(Boolean).join('/');
  const fields = [legacy, code].filter(Boolean).join(', ');
  const text = state?.state_message || message;
  return `${fields || 'ended without a result'}${text ? `: ${text}` : ''}`;
}

interface JudgedTask {
  readonly name: string;
  readonly state: RunState;
}

/** Names the task that is to blame, if there is one. */
function blame(reason: string, tasks: readonly JudgedTask[]): string {
  const [first] = ['failed', 'timed_out', 'canceled'].flatMap((verdict) =>
    tasks.filter(({ state }) => state.kind === 'ended' && state.verdict === verdict),
  );
  return first ? `task ${first.name} ${said(first.state)}` : reason;
}

function said(state: RunState): string {
  return state.kind === 'running'
    ? `has no end (${state.status})`
    : `${words[state.verdict]} (${state.reason})`;
}

const words: Readonly<Record<RunVerdict, string>> = {
  succeeded: 'succeeded',
  failed: 'failed',
  canceled: 'was canceled',
  timed_out: 'timed out',
  skipped: 'was skipped',
};

function ended(verdict: RunVerdict, reason: string): RunState {
  return { kind: 'ended', verdict, reason };
}
