import { setImmediate } from 'node:timers/promises';

import { context, type Value } from '../expressions/value.ts';
import type { Job, Stage, VariableLine } from '../model/pipeline.ts';
import type { Result } from '../steps/result.ts';
import { runGraph } from './graph.ts';
import { decide } from './graph-condition.ts';
import { jobVariables } from './job-variables.ts';
import {
  type JobOutcome,
  jobDependencies,
  jobsOfStages,
  overall,
  type StageOutcome,
  stageDependencies,
} from './outcome.ts';
import { runJob } from './run-job.ts';
import type { RunDeps, RunPlan } from './run-plan.ts';
import { addIssue, addRecord, type RunRecord, type TimelineRecord } from './run-record.ts';

interface JobPlace {
  readonly phase: TimelineRecord;
  readonly job: TimelineRecord;
}

/** A run that goes on. */
export interface RunningPipeline {
  /** Fulfilled when it has ended, however it has. */
  readonly ended: Promise<void>;
  cancel(): void;
}

/** Starts a run: its stages and jobs as their dependencies allow, its jobs as agents are free. */
export function startPipeline(plan: RunPlan, deps: RunDeps): RunningPipeline {
  const cancellation = new AbortController();
  const { record } = plan;
  const ended = execute(plan, deps, cancellation.signal).catch((error: unknown) => {
    breakOff(record, deps.now(), error);
  });
  return {
    ended,
    cancel() {
      if (record.status === 'completed') return;
      record.status = 'cancelling';
      record.changedAtMs = deps.now();
      cancellation.abort();
    },
  };
}

async function execute(plan: RunPlan, deps: RunDeps, canceled: AbortSignal): Promise<void> {
  const { record, pipeline } = plan;
  const places = layOut(record, pipeline.stages);
  // Whoever asked for the run is answered before it begins.
  await setImmediate();
  const stages = await runGraph<Stage, StageOutcome>(pipeline.stages, (stage, before) =>
    runStage({ plan, deps, canceled, stage, before, places }),
  );
  const results = Array.from(stages.values(), ({ result }) => result);
  record.startedAtMs ??= deps.now();
  record.finishedAtMs = deps.now();
  record.changedAtMs = deps.now();
  record.result = canceled.aborted ? 'canceled' : runResult(overall(results));
  record.status = 'completed';
}

/** Ends a run that the sandbox itself could not go on with: because it closes, or by its fault. */
function breakOff(record: RunRecord, nowMs: number, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  for (const open of record.records.filter(({ state }) => state !== 'completed')) {
    open.state = 'completed';
    open.result = 'Abandoned';
    open.finishedAtMs = nowMs;
    if (open.type === 'Stage') addIssue(open, { type: 'error', message, data: {} });
  }
  record.finishedAtMs = nowMs;
  record.changedAtMs = nowMs;
  record.result = 'failed';
  record.status = 'completed';
}

function runResult(result: Result): RunRecord['result'] {
  switch (result) {
    case 'Succeeded':
    // Whether a run of which nothing ran succeeds is not documented.
    case 'Skipped':
      return 'succeeded';
    case 'SucceededWithIssues':
      return 'partiallySucceeded';
    case 'Failed':
    case 'Abandoned':
      return 'failed';
    case 'Canceled':
      return 'canceled';
  }
}

interface Places {
  readonly stages: ReadonlyMap<Stage, TimelineRecord>;
  readonly jobs: ReadonlyMap<Job, JobPlace>;
}

/** Puts all stages and jobs on the timeline before any of them runs. */
function layOut(record: RunRecord, stages: readonly Stage[]): Places {
  const stageRecords = new Map<Stage, TimelineRecord>();
  const jobs = new Map<Job, JobPlace>();
  for (const [s, stage] of stages.entries()) {
    const { name, displayName } = stage;
    const of = addRecord(record, {
      parent: null,
      type: 'Stage',
      name: displayName,
      identifier: name,
      order: s + 1,
    });
    stageRecords.set(stage, of);
    for (const [j, job] of stage.jobs.entries()) {
      const identifier = `${name}.${job.name}`;
      const place = { name: job.displayName, order: j + 1 };
      const phase = addRecord(record, { ...place, parent: of, type: 'Phase', identifier });
      const inner = {
        ...place,
        parent: phase,
        type: 'Job',
        identifier: `${identifier}.__default`,
      } as const;
      jobs.set(job, { phase, job: addRecord(record, inner) });
    }
  }
  return { stages: stageRecords, jobs };
}

interface StageRequest {
  readonly plan: RunPlan;
  readonly deps: RunDeps;
  readonly canceled: AbortSignal;
  readonly stage: Stage;
  readonly before: ReadonlyMap<string, StageOutcome>;
  readonly places: Places;
}

async function runStage(request: StageRequest): Promise<StageOutcome> {
  const { plan, deps, canceled, stage, before, places } = request;
  const record = places.stages.get(stage);
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
        contexts: known(plan, levels, contexts),
        dependencies: before,
        canceled: canceled.aborted,
      })
    : 'skip';
  if (what !== 'run') {
    const result = what === 'skip' ? 'Skipped' : 'Abandoned';
    const all = stage.jobs.map((job) => places.jobs.get(job));
    for (const place of all) finish(request, [place?.phase, place?.job], result);
    finish(request, [record], result);
    return {
      result,
      jobs: new Map(stage.jobs.map(({ name }) => [name, { result, outputs: new Map() }])),
    };
  }
  start(record, deps.now());
  const jobs = await runGraph<Job, JobOutcome>(stage.jobs, (job, jobsBefore) =>
    runPlacedJob(request, job, jobsBefore, contexts),
  );
  const result = overall(Array.from(jobs.values(), (job) => job.result));
  finish(request, [record], result);
  return { result, jobs: named(stage, jobs) };
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
  const { plan, deps, canceled, stage, places } = request;
  const place = places.jobs.get(job);
  const contexts = new Map<string, Value>([
    ...stageContexts,
    ['dependencies', jobDependencies(before)],
  ]);
  const { condition } = job;
  const levels = [plan.pipeline.variables, stage.variables, job.variables];
  const what = decide({
    condition,
    contexts: known(plan, levels, contexts),
    dependencies: before,
    canceled: canceled.aborted,
  });
  let outcome: JobOutcome;
  if (!place || what !== 'run') {
    outcome = { result: what === 'abandon' ? 'Abandoned' : 'Skipped', outputs: new Map() };
  } else {
    start(place.phase, deps.now());
    const run = { plan, deps, stage, job, record: place.job, contexts, canceled };
    outcome = await onAgent(request, () => runJob(run));
  }
  finish(request, [place?.job, place?.phase], outcome.result);
  return outcome;
}

async function onAgent(
  { plan, deps, canceled }: StageRequest,
  run: () => Promise<JobOutcome>,
): Promise<JobOutcome> {
  // A job that is to run although the run is canceled waits for an agent all the same.
  const patience = canceled.aborted ? new AbortController().signal : canceled;
  let giveBack: () => void;
  try {
    giveBack = await deps.agents.take(patience);
  } catch {
    return { result: 'Canceled', outputs: new Map() };
  }
  const { record } = plan;
  record.startedAtMs ??= deps.now();
  if (record.status === 'notStarted') record.status = 'inProgress';
  record.changedAtMs = deps.now();
  try {
    return await run();
  } finally {
    giveBack();
  }
}

function rootContexts(plan: RunPlan): ReadonlyMap<string, Value> {
  const startTime: Value = { kind: 'date', ms: plan.record.queuedAtMs };
  return new Map<string, Value>([['pipeline', context([['startTime', startTime]])]]);
}

/** What the condition of a stage or a job finds, its variables among it; asked for when needed. */
function known(
  plan: RunPlan,
  levels: readonly (readonly VariableLine[])[],
  contexts: ReadonlyMap<string, Value>,
): () => ReadonlyMap<string, Value> {
  return () => {
    const variables = jobVariables(plan, levels, plan.predefined, contexts);
    return new Map([...contexts, ['variables', variables.asContext()]]);
  };
}

function start(record: TimelineRecord | undefined, nowMs: number): void {
  if (!record) return;
  record.state = 'inProgress';
  record.startedAtMs = nowMs;
}

function finish(
  { plan, deps }: StageRequest,
  records: readonly (TimelineRecord | undefined)[],
  result: Result,
): void {
  for (const record of records) {
    if (!record) continue;
    record.state = 'completed';
    record.result = result;
    record.finishedAtMs = deps.now();
  }
  plan.record.changeId += 1;
}
