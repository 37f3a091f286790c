import { setImmediate } from 'node:timers/promises';

import type { Stage } from '../model/pipeline.ts';
import type { Result } from '../steps/result.ts';
import { endAsForced } from './forced-end.ts';
import { runGraph } from './graph.ts';
import { layOut, type Places } from './lay-out.ts';
import { type JobOutcome, overall, type StageOutcome } from './outcome.ts';
import { canRetry, dependentsOf, keptJobs, resetStage } from './retry.ts';
import type { RunDeps, RunPlan } from './run-plan.ts';
import { addIssue, type RunRecord } from './run-record.ts';
import { runStage } from './run-stage.ts';

/** A run that goes on, or has ended. */
export interface RunningPipeline {
  /** Fulfilled when it has ended, however it has. */
  readonly ended: Promise<void>;
  cancel(): void;
  /** Cancels a stage that is waiting or going on. */
  cancelStage(stage: Stage): void;
  /**
   * Runs stages that have failed again, and what depends on them; false: there is nothing to run
   * again, or the run still goes on.
   */
  retry(stages: readonly Stage[], options: { readonly allJobs: boolean }): boolean;
}

interface Execution {
  readonly cancellation: AbortController;
  readonly stages: ReadonlyMap<Stage, AbortController>;
  readonly ended: Promise<void>;
}

/** Starts a run: its stages and jobs as their dependencies allow, its jobs as agents are free. */
export function startPipeline(plan: RunPlan, deps: RunDeps): RunningPipeline {
  const { record, pipeline } = plan;
  const places = layOut(record, pipeline.stages);
  const outcomes = new Map<string, StageOutcome>();
  const begin = (
    kept: ReadonlyMap<Stage, ReadonlyMap<string, JobOutcome>>,
    isFirst = false,
  ): Execution => {
    const cancellation = new AbortController();
    const stages = new Map(pipeline.stages.map((stage) => [stage, new AbortController()]));
    const work = { plan, deps, places, outcomes, cancellation, stages, kept, isFirst };
    const ended = execute(work).catch((error: unknown) => {
      breakOff(record, deps.now(), error);
      plan.observe({ kind: 'run', state: 'completed' });
    });
    return { cancellation, stages, ended };
  };
  let execution = begin(new Map(), true);

  return {
    get ended() {
      return execution.ended;
    },
    cancel() {
      if (record.status === 'completed') return;
      record.status = 'cancelling';
      record.changedAtMs = deps.now();
      plan.observe({ kind: 'run', state: 'canceling' });
      execution.cancellation.abort();
    },
    cancelStage(stage) {
      execution.stages.get(stage)?.abort();
    },
    retry(stages, { allJobs }) {
      const again = stages.filter((stage) => canRetry(places.stages.get(stage), allJobs));
      if (record.status !== 'completed' || again.length === 0) return false;
      const kept = new Map(
        again.map((stage) => [stage, allJobs ? new Map() : keptJobs(stage, outcomes)] as const),
      );
      for (const stage of [...again, ...dependentsOf(again, pipeline.stages)]) {
        outcomes.delete(stage.name.toLowerCase());
        resetStage(record, places, stage, kept.get(stage) ?? new Map());
      }
      reopen(record, deps.now());
      plan.observe({ kind: 'run', state: 'inProgress' });
      execution = begin(kept);
      return true;
    },
  };
}

interface Work {
  readonly plan: RunPlan;
  readonly deps: RunDeps;
  readonly places: Places;
  /** How stages have ended, by name in lower case. */
  readonly outcomes: Map<string, StageOutcome>;
  readonly cancellation: AbortController;
  readonly stages: ReadonlyMap<Stage, AbortController>;
  /** Jobs that do not run again, by stage and by name in lower case. */
  readonly kept: ReadonlyMap<Stage, ReadonlyMap<string, JobOutcome>>;
  /** False: something of it runs again. */
  readonly isFirst: boolean;
}

async function execute(work: Work): Promise<void> {
  const { plan, deps, cancellation } = work;
  const { record } = plan;
  // Whoever asked for the run is answered before it begins.
  await setImmediate();
  const ends = await endsOf(work);
  record.startedAtMs ??= deps.now();
  record.finishedAtMs = deps.now();
  record.changedAtMs = deps.now();
  record.result = cancellation.signal.aborted ? 'canceled' : runResult(overall(ends));
  record.status = 'completed';
  plan.observe({ kind: 'run', state: 'completed' });
}

async function endsOf(work: Work): Promise<readonly Result[]> {
  const { plan, deps, places, outcomes, cancellation, stages, kept, isFirst } = work;
  // Whoever has it run again wants it to run.
  if (plan.forced && isFirst) {
    return [await endAsForced({ plan, deps, canceled: cancellation.signal }, plan.forced)];
  }
  const results = await runGraph<Stage, StageOutcome>(
    plan.pipeline.stages,
    async (stage, before) => {
      const known = outcomes.get(stage.name.toLowerCase());
      if (known) return known;
      const own = stages.get(stage)?.signal;
      const canceled = AbortSignal.any([cancellation.signal, ...(own ? [own] : [])]);
      const keptHere = kept.get(stage) ?? new Map<string, JobOutcome>();
      const request = { plan, deps, canceled, stage, before, places, kept: keptHere };
      const outcome = await runStage(request);
      outcomes.set(stage.name.toLowerCase(), outcome);
      return outcome;
    },
  );
  return Array.from(results.values(), ({ result }) => result);
}

function reopen(record: RunRecord, nowMs: number): void {
  record.status = 'inProgress';
  record.result = null;
  record.finishedAtMs = null;
  record.changedAtMs = nowMs;
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
