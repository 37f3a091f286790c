import { ExpressionError } from '../expressions/expression-error.ts';
import type { Value } from '../expressions/value.ts';
import type { Job } from '../model/pipeline.ts';
import type { Result } from '../steps/result.ts';
import { finish, start } from './advance.ts';
import { openAgents } from './agents.ts';
import { instancesOf, type JobInstance } from './instances.ts';
import { type JobPlace, placeInstance } from './lay-out.ts';
import { type JobOutcome, overall } from './outcome.ts';
import { runJob } from './run-job.ts';
import { addIssue, type TimelineRecord } from './run-record.ts';
import type { StageRequest } from './run-stage.ts';

interface Phase {
  readonly request: StageRequest;
  readonly job: Job;
  readonly place: JobPlace;
  readonly contexts: ReadonlyMap<string, Value>;
  /** The same with the variables of the job, worked out when they are asked for. */
  readonly known: () => ReadonlyMap<string, Value>;
}

interface Placed {
  readonly instance: JobInstance;
  readonly record: TimelineRecord;
}

/** Runs a job as often as its strategy has it, and says how all of them together ended. */
export async function runPhase(phase: Phase): Promise<JobOutcome> {
  const { request, job, place, known } = phase;
  start(request, place.phase);
  try {
    const placed = instancesOf(job, known).map((instance, index) => ({
      instance,
      record: place.jobs[index] ?? placeInstance(request.plan.record, place.phase, instance, index),
    }));
    const { strategy } = job;
    if (strategy.kind === 'deployment') return await deploy(phase, placed);
    const most = 'maxParallel' in strategy ? strategy.maxParallel : 0;
    return await runAll(phase, placed, most === 0 ? Number.MAX_SAFE_INTEGER : most);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    addIssue(place.phase, { type: 'error', message: error.message, data: {} });
    return { result: 'Failed', outputs: new Map() };
  }
}

async function runAll(
  phase: Phase,
  placed: readonly Placed[],
  atOnce: number,
): Promise<JobOutcome> {
  const turns = openAgents(atOnce);
  const outcomes = await Promise.all(
    placed.map(async (one) => {
      const giveBack = await turns.take(new AbortController().signal);
      try {
        return await runPlaced(phase, one);
      } finally {
        giveBack();
      }
    }),
  );
  return together(outcomes);
}

/** The hooks of a deployment, until one fails; then what is there for that case, or for success. */
async function deploy(phase: Phase, placed: readonly Placed[]): Promise<JobOutcome> {
  const outcomes: JobOutcome[] = [];
  for (const one of placed.filter(({ instance }) => instance.hook?.startsWith('on.') === false)) {
    const isOver = outcomes.some(({ result }) => !isGood(result));
    outcomes.push(isOver ? skip(phase, one) : await runPlaced(phase, one));
  }
  const isGoodSoFar = outcomes.every(({ result }) => isGood(result));
  const wanted = isGoodSoFar ? 'on.success' : 'on.failure';
  for (const one of placed.filter(({ instance }) => instance.hook?.startsWith('on.') === true)) {
    const isWanted = one.instance.hook === wanted;
    outcomes.push(isWanted ? await runPlaced(phase, one) : skip(phase, one));
  }
  return together(outcomes);
}

function skip({ request }: Phase, { record }: Placed): JobOutcome {
  finish(request, [record], 'Skipped');
  return { result: 'Skipped', outputs: new Map() };
}

function isGood(result: Result): boolean {
  return result === 'Succeeded' || result === 'SucceededWithIssues';
}

function together(outcomes: readonly JobOutcome[]): JobOutcome {
  return {
    result: overall(outcomes.map(({ result }) => result)),
    outputs: new Map(outcomes.flatMap(({ outputs }) => [...outputs])),
  };
}

async function runPlaced(
  { request, job, contexts }: Phase,
  { instance, record }: Placed,
): Promise<JobOutcome> {
  const { plan, deps, stage, canceled, places } = request;
  const attempts = {
    stage: places.stages.get(stage)?.attempt ?? 1,
    phase: places.jobs.get(job)?.phase.attempt ?? 1,
  };
  const run = { plan, deps, stage, job, instance, attempts, record, contexts, canceled };
  const { result, outputs } = await onAgent(request, record, () => runJob(run));
  finish(request, [record], result);
  const prefixed = instance.outputPrefixes.flatMap((prefix) =>
    Array.from(outputs, ([key, value]) => [`${prefix}${key}`, value] as const),
  );
  return { result, outputs: new Map(prefixed) };
}

async function onAgent(
  { plan, deps, canceled }: StageRequest,
  record: TimelineRecord,
  run: () => Promise<JobOutcome>,
): Promise<JobOutcome> {
  // A job that is to run although the run is canceled waits for an agent all the same.
  const patience = canceled.aborted ? new AbortController().signal : canceled;
  plan.observe({ kind: 'job', record, state: 'waiting' });
  let giveBack: () => void;
  try {
    giveBack = await deps.agents.take(patience);
  } catch {
    return { result: 'Canceled', outputs: new Map() };
  }
  const { record: ofRun } = plan;
  ofRun.startedAtMs ??= deps.now();
  ofRun.changedAtMs = deps.now();
  if (ofRun.status === 'notStarted') {
    ofRun.status = 'inProgress';
    plan.observe({ kind: 'run', state: 'inProgress' });
  }
  plan.observe({ kind: 'job', record, state: 'running' });
  try {
    return await run();
  } finally {
    giveBack();
  }
}
