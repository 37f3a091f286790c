import { context, type Value } from '../expressions/value.ts';
import type { Job, Stage, VariableLine } from '../model/pipeline.ts';
import { finish, start } from './advance.ts';
import { runGraph } from './graph.ts';
import { decide } from './graph-condition.ts';
import { jobVariables } from './job-variables.ts';
import type { Places } from './lay-out.ts';
import {
  type JobOutcome,
  jobDependencies,
  jobsOfStages,
  overall,
  type StageOutcome,
  stageDependencies,
} from './outcome.ts';
import { passGate } from './pass-gate.ts';
import { runPhase } from './run-phase.ts';
import type { RunDeps, RunPlan } from './run-plan.ts';
import type { TimelineRecord } from './run-record.ts';

export interface StageRequest {
  readonly plan: RunPlan;
  readonly deps: RunDeps;
  /** Aborted when the run, or this stage of it, is canceled. */
  readonly canceled: AbortSignal;
  readonly stage: Stage;
  readonly before: ReadonlyMap<string, StageOutcome>;
  readonly places: Places;
  /** Jobs that went well in an earlier attempt and do not run again, by name in lower case. */
  readonly kept: ReadonlyMap<string, JobOutcome>;
}

/** Runs the jobs of a stage, if its condition holds, as their dependencies allow. */
export async function runStage(request: StageRequest): Promise<StageOutcome> {
  const { plan, canceled, stage, before, places } = request;
  const record = places.stages.get(stage);
  if (!record) throw new Error(`The stage ${stage.name} has no place on the timeline`);
  const contexts = new Map<string, Value>([
    ...rootContexts(plan),
    ['dependencies', stageDependencies(before)],
    ['stagedependencies', jobsOfStages(before)],
  ]);
  const { condition } = stage;
  const levels = [plan.pipeline.variables, stage.variables];
  const isChosen = !plan.stagesToSkip.has(stage.name.toLowerCase());
  const what = isChosen
    ? decide({
        condition,
        contexts: foundIn(plan, levels, contexts),
        dependencies: before,
        canceled: canceled.aborted,
      })
    : 'skip';
  if (what !== 'run') return leaveOut(request, record, what === 'skip' ? 'Skipped' : 'Abandoned');
  if (!(await passGate(request, record))) return leaveOut(request, record, 'Canceled');
  start(request, record);
  const jobs = await runGraph<Job, JobOutcome>(stage.jobs, (job, jobsBefore) =>
    runPlacedJob(request, job, jobsBefore, contexts),
  );
  const result = overall(Array.from(jobs.values(), (job) => job.result));
  finish(request, [record], result);
  return { result, jobs: named(stage, jobs) };
}

function leaveOut(
  request: StageRequest,
  record: TimelineRecord,
  result: 'Skipped' | 'Abandoned' | 'Canceled',
): StageOutcome {
  const { stage, places } = request;
  for (const job of stage.jobs) {
    const place = places.jobs.get(job);
    if (place) finish(request, [place.phase, ...place.jobs], result);
  }
  finish(request, [record], result);
  return {
    result,
    jobs: new Map(stage.jobs.map(({ name }) => [name, { result, outputs: new Map() }])),
  };
}

/** Outputs of a stage are asked for by the names of its jobs as they are written. */
function named(stage: Stage, jobs: ReadonlyMap<string, JobOutcome>) {
  const nothing: JobOutcome = { result: 'Skipped', outputs: new Map() };
  return new Map(stage.jobs.map(({ name }) => [name, jobs.get(name.toLowerCase()) ?? nothing]));
}

async function runPlacedJob(
  request: StageRequest,
  job: Job,
  before: ReadonlyMap<string, JobOutcome>,
  stageContexts: ReadonlyMap<string, Value>,
): Promise<JobOutcome> {
  const { plan, canceled, stage, places, kept } = request;
  const known = kept.get(job.name.toLowerCase());
  if (known) return known;
  const place = places.jobs.get(job);
  if (!place) throw new Error(`The job ${job.name} has no place on the timeline`);
  const contexts = new Map<string, Value>([
    ...stageContexts,
    ['dependencies', jobDependencies(before)],
  ]);
  const { condition } = job;
  const levels = [plan.pipeline.variables, stage.variables, job.variables];
  const withVariables = foundIn(plan, levels, contexts);
  const what = decide({
    condition,
    contexts: withVariables,
    dependencies: before,
    canceled: canceled.aborted,
  });
  if (what === 'run') {
    const outcome = await runPhase({ request, job, place, contexts, known: withVariables });
    finish(request, [place.phase], outcome.result);
    return outcome;
  }
  const result = what === 'abandon' ? 'Abandoned' : 'Skipped';
  finish(request, [...place.jobs, place.phase], result);
  return { result, outputs: new Map() };
}

function rootContexts(plan: RunPlan): ReadonlyMap<string, Value> {
  const startTime: Value = { kind: 'date', ms: plan.record.queuedAtMs };
  return new Map<string, Value>([
    ['pipeline', context([['startTime', startTime]])],
    ['resources', plan.resources],
  ]);
}

/** What the condition of a stage or a job finds, its variables among it; asked for when needed. */
function foundIn(
  plan: RunPlan,
  levels: readonly (readonly VariableLine[])[],
  contexts: ReadonlyMap<string, Value>,
): () => ReadonlyMap<string, Value> {
  return () => {
    const variables = jobVariables(plan, levels, plan.predefined, contexts);
    return new Map([...contexts, ['variables', variables.asContext()]]);
  };
}
