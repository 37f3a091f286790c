import type { RunState, RunVerdict } from './outcome.ts';

/**
 * What the Build API says of a pipeline run.
 * Source: `Build` in MicrosoftDocs/vsts-rest-api-specs, specification/build/7.1/build.json
 */
export interface PipelineRun {
  readonly status: string;
  readonly result?: string | null | undefined;
  /** Empty before the plan starts. */
  readonly records: readonly TimelineRecord[];
}

/** Source: `TimelineRecord` in vsts-rest-api-specs, specification/build/7.1/build.json */
export interface TimelineRecord {
  readonly id: string;
  readonly parentId?: string | null | undefined;
  /** `Stage`, `Phase`, `Job`, `Task`, `Checkpoint` …: an open set. */
  readonly type: string;
  readonly name: string;
  readonly state?: string | null | undefined;
  readonly result?: string | null | undefined;
  readonly issues?: readonly Issue[] | null | undefined;
}

interface Issue {
  readonly type: string;
  readonly message?: string | null | undefined;
}

const LONGEST_ERROR = 3000; // characters

/** How a pipeline run stands: its own result, and what its jobs really did. */
export function judgePipelineRun({ status, result, records }: PipelineRun): RunState {
  if (!is(status, 'completed')) return { kind: 'running', status: waitingFor(records) ?? status };

  if (is(result, 'succeeded')) return judgeSuccess(records.filter(isJob));
  if (is(result, 'canceled')) return ended('canceled', because(records, 'it was canceled'));
  if (is(result, 'partiallySucceeded')) {
    return ended('failed', because(records, 'it succeeded in part only'));
  }
  if (is(result, 'failed'))
    return ended('failed', because(records, 'it failed and does not say why'));
  return ended('failed', `it ended with the result ${result ?? 'none'}, which is no success`);
}

/**
 * How a run stands that is seen without its timeline; null: it has ended, and the timeline says how.
 * What it was seen to wait for, it waits for until a closer look says otherwise.
 */
export function runningOn(status: string, before: RunState | null): RunState | null {
  if (is(status, 'completed')) return null;
  const isWaiting = before?.kind === 'running' && before.status === WAITING;
  return { kind: 'running', status: isWaiting && is(status, 'inProgress') ? WAITING : status };
}

/** The jobs of a run. */
export function isJob(record: TimelineRecord): boolean {
  return is(record.type, 'Job');
}

/** How one job or step stands. */
export function judgeRecord({ state, result }: TimelineRecord): RunState {
  if (!is(state, 'completed')) return { kind: 'running', status: state ?? 'unknown' };
  const verdict = verdicts.get((result ?? '').toLowerCase()) ?? 'failed';
  return ended(verdict, `the result is ${result ?? 'none'}`);
}

/** What a job, or the steps in it, said when it failed; null: nothing. */
export function errorOf(job: TimelineRecord, records: readonly TimelineRecord[]): string | null {
  const lines = within(job, records).flatMap((record) =>
    errorsIn(record).map((message) => `${record.name}: ${message}`),
  );
  return lines.length === 0 ? null : lines.join('\n').slice(0, LONGEST_ERROR);
}

const verdicts: ReadonlyMap<string, RunVerdict> = new Map([
  ['succeeded', 'succeeded'],
  ['canceled', 'canceled'],
  ['abandoned', 'canceled'],
  ['skipped', 'skipped'],
] as const);

/** A run whose stages were all skipped by their conditions calls itself `succeeded`, too. */
function judgeSuccess(jobs: readonly TimelineRecord[]): RunState {
  const states = jobs.map((job) => ({ name: job.name, state: judgeRecord(job) }));
  const stray = states.find(({ state }) => !isEndedAs(state, ['succeeded', 'skipped']));
  if (stray) {
    const word = stray.state.kind === 'ended' ? stray.state.reason : `it is ${stray.state.status}`;
    const reason = `it says succeeded, but of job "${stray.name}" ${word}`;
    return stray.state.kind === 'running' ? lagging(reason) : ended('failed', reason);
  }
  const done = states.filter(({ state }) => isEndedAs(state, ['succeeded'])).length;
  if (done > 0) return ended('succeeded', `${done} of ${jobs.length} jobs ran and succeeded`);
  return jobs.length === 0
    ? lagging('it says succeeded, but no job ran')
    : ended('skipped', 'it says succeeded, but every job was skipped');
}

function isEndedAs(state: RunState, wanted: readonly RunVerdict[]): boolean {
  return state.kind === 'ended' && wanted.includes(state.verdict);
}

/** The step that is to blame, with its last words; failing that the job, or the stage. */
function because(records: readonly TimelineRecord[], otherwise: string): string {
  const blamed = ['Task', 'Job', 'Stage'].flatMap((type) =>
    results.flatMap((result) =>
      records.filter((one) => is(one.type, type) && is(one.result, result)),
    ),
  )[0];
  if (!blamed) return otherwise;
  const kind = is(blamed.type, 'Task') ? 'step' : blamed.type.toLowerCase();
  const words = errorsIn(blamed).at(-1);
  return `${kind} "${blamed.name}" ${phrases.get((blamed.result ?? '').toLowerCase())}${words ? `: ${words}` : ''}`;
}

const results = ['failed', 'canceled', 'abandoned', 'succeededWithIssues'] as const;

const phrases: ReadonlyMap<string, string> = new Map([
  ['failed', 'failed'],
  ['canceled', 'was canceled'],
  ['abandoned', 'was abandoned'],
  ['succeededwithissues', 'failed, and was allowed to'],
]);

/** An approval or a permission may keep a run waiting for days: that is no hanging. */
function waitingFor(records: readonly TimelineRecord[]): string | null {
  const open = records.find(
    ({ type, state }) => /^checkpoint/i.test(type) && is(state, 'inProgress'),
  );
  return open ? WAITING : null;
}

const WAITING = 'waiting for an approval or a check';

function errorsIn({ issues }: TimelineRecord): string[] {
  return (issues ?? [])
    .filter(({ type }) => is(type, 'error'))
    .map(({ message }) => (message ?? '').trim().slice(0, 500))
    .filter((message) => message !== '');
}

/** A job, and what it consists of. */
function within(
  job: TimelineRecord,
  records: readonly TimelineRecord[],
): readonly TimelineRecord[] {
  const found = [job];
  for (const parent of found) {
    found.push(...records.filter((one) => one.parentId === parent.id && !found.includes(one)));
  }
  return found;
}

/** Names of the API's enums come in any case. */
function is(text: string | null | undefined, name: string): boolean {
  return text?.toLowerCase() === name.toLowerCase();
}

/** A timeline that is read from elsewhere than its run can be behind it. */
function lagging(reason: string): RunState {
  return { kind: 'ended', verdict: 'failed', reason, mayLag: true };
}

function ended(verdict: RunVerdict, reason: string): RunState {
  return { kind: 'ended', verdict, reason };
}
