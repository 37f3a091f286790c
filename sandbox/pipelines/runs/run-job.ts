import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { signalGroup } from '../../git/processes.ts';
import { ExpressionError } from '../expressions/expression-error.ts';
import type { Value } from '../expressions/value.ts';
import type { Job, Stage, Step } from '../model/pipeline.ts';
import { checkedOut } from '../steps/checked-out.ts';
import type { JobContext, JobDirs } from '../steps/job-context.ts';
import type { Result } from '../steps/result.ts';
import { begin, end, runStep } from '../steps/run-step.ts';
import { taskOf, titleOf } from '../steps/step-task.ts';
import { openMasker } from '../variables/masker.ts';
import type { JobInstance } from './instances.ts';
import { jobVariables } from './job-variables.ts';
import type { JobOutcome } from './outcome.ts';
import { predefinedVariables } from './predefined.ts';
import type { RunDeps, RunPlan } from './run-plan.ts';
import { addIssue, addLog, addRecord, type TimelineRecord } from './run-record.ts';

export interface JobRequest {
  readonly plan: RunPlan;
  readonly deps: RunDeps;
  readonly stage: Stage;
  readonly job: Job;
  readonly instance: JobInstance;
  readonly attempts: { readonly stage: number; readonly phase: number };
  readonly record: TimelineRecord;
  /** `dependencies`, `stageDependencies`, `pipeline`, for `$[ ]`. */
  readonly contexts: ReadonlyMap<string, Value>;
  readonly canceled: AbortSignal;
}

/** Runs the steps of one job in folders of its own, which are gone afterwards. */
export async function runJob(request: JobRequest): Promise<JobOutcome> {
  const { deps, job, record } = request;
  const dirs = await makeDirs(deps.workDir);
  const limit = timeLimit(request);
  record.state = 'inProgress';
  record.startedAtMs = deps.now();
  record.workerName = 'Sandbox Agent';
  const leftRunning: number[] = [];
  try {
    const context: JobContext = {
      plan: request.plan,
      deps,
      record,
      dirs,
      variables: variablesOf(request, dirs),
      masker: openMasker(),
      checkouts: checkedOut(request.instance.steps, request.plan),
      outputs: new Map(),
      path: [],
      leftRunning,
      lines: [],
      status: 'Succeeded',
      canceled: limit.canceled,
      stopped: limit.stopped,
    };
    for (const { secret, value } of context.variables.all()) {
      if (secret) context.masker.addGiven(value);
    }
    await runSteps(context, request.instance.steps);
    keepLog(context);
    if (limit.isOver()) tellTimeout(record, job);
    return { result: finalResult(context, job), outputs: context.outputs };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    addIssue(record, { type: 'error', message: error.message, data: {} });
    return { result: 'Failed', outputs: new Map() };
  } finally {
    limit.clear();
    for (const group of leftRunning) signalGroup(group, 'SIGKILL');
    await rm(dirs.root, { recursive: true, force: true, maxRetries: 5 });
  }
}

function variablesOf(request: JobRequest, dirs: JobDirs) {
  const { plan, stage, job, instance, attempts, record, contexts } = request;
  const own = instance.variables.map(
    ([name, value]) => ({ kind: 'value', name, value, readonly: false }) as const,
  );
  const levels = [plan.pipeline.variables, stage.variables, job.variables, own];
  const predefined = predefinedVariables(plan, { stage, job, instance, attempts, dirs, record });
  return jobVariables(plan, levels, predefined, contexts);
}

async function makeDirs(workDir: string): Promise<JobDirs> {
  const root = await mkdtemp(join(workDir, 'job-'));
  const workspace = join(root, '1');
  const dirs = {
    root,
    workspace,
    sources: join(workspace, 's'),
    staging: join(workspace, 'a'),
    binaries: join(workspace, 'b'),
    testResults: join(workspace, 'TestResults'),
    temp: join(root, '_temp'),
    tools: join(root, '_tool'),
    home: join(root, '_home'),
  };
  for (const dir of Object.values(dirs)) await mkdir(dir, { recursive: true });
  return dirs;
}

async function runSteps(context: JobContext, steps: readonly Step[]): Promise<void> {
  const { plan, record } = context;
  const initialize = place(context, 'Initialize job', 1, null);
  const placed = steps.map((step, index) => ({
    step,
    record: place(context, titleOf(step, context), index + 2, taskOf(step)),
  }));
  const checkout = steps.find((step) => step.kind === 'checkout');
  const cleanUp = checkout
    ? place(context, `Post-job: ${titleOf(checkout, context)}`, steps.length + 2, taskOf(checkout))
    : null;
  const finalize = place(context, 'Finalize Job', steps.length + 3, null);

  tell(context, initialize, [
    `##[section]Starting: Initialize job`,
    `Agent name: 'Sandbox Agent'`,
    `Agent machine name: '${context.variables.get('Agent.MachineName')?.value ?? ''}'`,
    `Job preparation parameters: run ${plan.record.id}, job ${record.name}`,
    `##[section]Finishing: Initialize job`,
  ]);
  for (const { step, record: of } of placed) await runStep(step, of, context);
  if (cleanUp) tell(context, cleanUp, ['Cleaning up the sources of the job.']);
  tell(context, finalize, ['Cleaning up task key', 'Finishing job.']);
}

function tell(context: JobContext, record: TimelineRecord, lines: readonly string[]): void {
  const step = begin('', record, context);
  for (const line of lines) step.write(line);
  end(step, 'Succeeded');
}

function place(
  { plan, record }: JobContext,
  name: string,
  order: number,
  task: TimelineRecord['task'],
): TimelineRecord {
  const at = { parent: record, type: 'Task', name, identifier: null, order, task } as const;
  return addRecord(plan.record, at);
}

/** The log of a job is those of its steps, one after the other. */
function keepLog({ plan, deps, record, lines }: JobContext): void {
  const log = addLog(plan.record, deps.now());
  log.lines.push(...lines);
  record.logId = log.id;
}

function finalResult({ status, canceled }: JobContext, { continueOnError }: Job): Result {
  if (canceled.aborted) return 'Canceled';
  return status === 'Failed' && continueOnError ? 'SucceededWithIssues' : status;
}

function tellTimeout(record: TimelineRecord, { timeoutMinutes }: Job): void {
  const message = `The job running on agent Sandbox Agent ran longer than the maximum time of ${timeoutMinutes} minutes. For more information, see https://go.microsoft.com/fwlink/?linkid=2077134`;
  addIssue(record, { type: 'error', message, data: {} });
}

/** Ends a job when it has run too long, and what still runs some time after its cancellation. */
function timeLimit({ canceled: runCanceled, job, deps }: JobRequest) {
  const { timeoutMinutes, cancelTimeoutMinutes } = job;
  const over = new AbortController();
  const stop = new AbortController();
  const timers: NodeJS.Timeout[] = [];
  const after = (minutes: number, work: () => void) => {
    // What is longer than a timer can wait is as good as without a limit.
    if (minutes > 0 && minutes < 35_000)
      timers.push(setTimeout(work, minutes * deps.waits.minuteMs));
  };
  const canceled = AbortSignal.any([runCanceled, over.signal]);
  const startGrace = () => after(cancelTimeoutMinutes, () => stop.abort());
  after(timeoutMinutes, () => over.abort());
  if (canceled.aborted) startGrace();
  else canceled.addEventListener('abort', startGrace, { once: true });

  return {
    canceled,
    stopped: stop.signal,
    isOver: () => over.signal.aborted,
    clear() {
      canceled.removeEventListener('abort', startGrace);
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
