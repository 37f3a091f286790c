import { setImmediate } from 'node:timers/promises';

import type { Stage } from '../model/pipeline.ts';
import type { Result } from '../steps/result.ts';
import { runGraph } from './graph.ts';
import { layOut } from './lay-out.ts';
import { overall, type StageOutcome } from './outcome.ts';
import type { RunDeps, RunPlan } from './run-plan.ts';
import { addIssue, type RunRecord } from './run-record.ts';
import { runStage } from './run-stage.ts';

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
    plan.observe({ kind: 'run', state: 'completed' });
  });
  return {
    ended,
    cancel() {
      if (record.status === 'completed') return;
      record.status = 'cancelling';
      record.changedAtMs = deps.now();
      plan.observe({ kind: 'run', state: 'canceling' });
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
  plan.observe({ kind: 'run', state: 'completed' });
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
