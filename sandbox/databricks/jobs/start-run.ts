import type { Grant } from '../permissions/grant.ts';
import type { JobLevel } from '../permissions/job-access.ts';
import type { Principal } from '../principal.ts';
import { inBackground, type Workspace } from '../workspace.ts';
import { addAttempt, endAll, newAttempt } from './attempt.ts';
import { conduct } from './conduct.ts';
import type { Job } from './job.ts';
import type { Plan, Task } from './plan.ts';
import type { Run, RunParameters } from './run.ts';
import { type Phase, TOO_MANY_RUNS } from './run-phase.ts';

export interface RunOrder {
  readonly name: string;
  readonly plan: Plan;
  readonly creator: Principal;
  readonly runAs: Principal;
  readonly access: readonly Grant<JobLevel>[];
  readonly job: Job | null;
  readonly parameters: RunParameters;
}

/** Starts a run; it goes on after this has returned. */
export function startRun(workspace: Workspace, order: RunOrder): Run {
  const { plan, job } = order;
  const runId = workspace.ids.next();
  const startMs = workspace.tools.clock.now();
  const run: Run = {
    ...order,
    runId,
    jobId: job?.jobId ?? workspace.ids.next(),
    startMs,
    tasks: [],
    rounds: [{ repairId: null, startMs, taskRunIds: [], ended: null }],
    stopping: new AbortController(),
    stopped: null,
    phase: { kind: 'pending' },
    endMs: null,
    usedCommit: null,
  };
  for (const task of plan.tasks) addAttempt(run, firstAttempt(workspace, task, startMs));
  const busy = job !== null && activeRuns(workspace, job) >= job.settings.max_concurrent_runs;
  workspace.runs.set(runId, run);
  if (!busy) inBackground(workspace, conduct(workspace, run));
  else if (job.settings.queue?.enabled) run.phase = { kind: 'queued' };
  else endAll(workspace, run, TOO_MANY_RUNS);
  return run;
}

function activeRuns(workspace: Workspace, job: Job): number {
  const runs = [...workspace.runs.values()].filter((run) => run.jobId === job.jobId);
  return runs.filter((run) => run.phase.kind !== 'ended').length;
}

function firstAttempt(workspace: Workspace, task: Task, startMs: number) {
  const waits = task.depends_on.length > 0;
  const phase: Phase = { kind: waits ? 'blocked' : 'pending' };
  const begin = { attempt: 0, retry: 0, startMs: waits ? null : startMs, phase };
  return newAttempt(workspace, task, begin);
}
