import { evaluate } from '../expressions/evaluate.ts';
import { ExpressionError } from '../expressions/expression-error.ts';
import type { ExpressionFunction } from '../expressions/functions.ts';
import { toBoolean, truth } from '../expressions/value.ts';
import type { Step } from '../model/pipeline.ts';
import { unrestricted } from '../model/read-common.ts';
import { agentTime } from '../runs/agent-time.ts';
import { addLog, type TimelineRecord } from '../runs/run-record.ts';
import { report } from './apply-command.ts';
import type { JobContext, StepContext } from './job-context.ts';
import { mergeResults, type Result } from './result.ts';
import { runDownload, runPublish } from './run-artifact-step.ts';
import { runAzureCli } from './run-azure-cli.ts';
import { runCheckout } from './run-checkout.ts';
import { runPowerShell } from './run-power-shell.ts';
import { runScript } from './run-script.ts';
import { stepTask } from './step-task.ts';

/**
 * Runs one step of a job, if its condition holds, and says what it does to the job.
 * Source: microsoft/azure-pipelines-agent, src/Agent.Worker/StepsRunner.cs
 */
export async function runStep(step: Step, record: TimelineRecord, job: JobContext): Promise<void> {
  const context = begin(step.name, record, job, step.restrictions);
  for (const warning of job.variables.recalculate()) report(context, 'warning', warning);
  setStatus(job);
  const holds = conditionOf(step, context);
  if (holds === 'error') return end(context, 'Failed');
  if (!holds) {
    context.write('Skipping step due to condition evaluation.');
    return end(context, 'Skipped');
  }
  if (step.displayName !== '') {
    record.name = job.masker.mask(job.variables.expand(step.displayName));
  }
  frame(step, context);
  let result = await withRetries(step, context);
  if (step.continueOnError && result === 'Failed') result = 'SucceededWithIssues';
  context.write(`##[section]Finishing: ${record.name}`);
  end(context, result);
}

/** Starts the log of a step. */
export function begin(
  name: string,
  record: TimelineRecord,
  job: JobContext,
  restrictions = unrestricted,
): StepContext {
  const { record: run } = job.plan;
  const log = addLog(run, job.deps.now());
  record.logId = log.id;
  record.state = 'inProgress';
  record.startedAtMs = job.deps.now();
  run.changeId += 1;
  return {
    job,
    name,
    record,
    restrictions,
    commandResult: null,
    write(line) {
      const now = job.deps.now();
      const stamped = `${agentTime(now)} ${job.masker.mask(line)}`;
      log.lines.push(stamped);
      job.lines.push(stamped);
      log.changedAtMs = now;
    },
  };
}

/** Ends a step; failures and issues become the job's. */
export function end({ job, record }: StepContext, result: Result): void {
  record.state = 'completed';
  record.result = result;
  record.finishedAtMs = job.deps.now();
  job.plan.record.changeId += 1;
  if (result === 'Failed' || result === 'SucceededWithIssues') {
    job.status = mergeResults(job.status, result);
  }
}

function setStatus(job: JobContext): void {
  if (job.canceled.aborted && job.status !== 'Canceled') job.status = 'Canceled';
  const variable = { name: 'Agent.JobStatus', value: job.status, secret: false, readonly: true };
  job.variables.set(variable);
}

function conditionOf(step: Step, context: StepContext): boolean | 'error' {
  try {
    return toBoolean(
      evaluate(step.condition ?? 'succeeded()', {
        contexts: new Map([['variables', context.job.variables.asContext()]]),
        functions: statusFunctions(context.job.status),
      }),
    );
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    report(context, 'error', error.message);
    return 'error';
  }
}

/** Source: microsoft/azure-pipelines-agent, src/Agent.Worker/ExpressionManager.cs */
function statusFunctions(status: Result): ReadonlyMap<string, ExpressionFunction> {
  const good = status === 'Succeeded' || status === 'SucceededWithIssues';
  const functions = {
    always: true,
    canceled: status === 'Canceled',
    failed: status === 'Failed',
    succeeded: good,
    succeededorfailed: good || status === 'Failed',
  };
  return new Map(
    Object.entries(functions).map(([name, holds]) => [
      name,
      { arity: [0, 0], call: () => truth(holds) },
    ]),
  );
}

function frame(step: Step, { record, write }: StepContext): void {
  const { title, description, version } = stepTask(step);
  const line = '='.repeat(78);
  write(`##[section]Starting: ${record.name}`);
  write(line);
  write(`Task         : ${title}`);
  write(`Description  : ${description}`);
  write(`Version      : ${version}`);
  write('Author       : Microsoft');
  write(line);
}

async function withRetries(step: Step, context: StepContext): Promise<Result> {
  const { job } = context;
  // A step for the case of cancellation is not stopped by what it is there for.
  const isLate = job.canceled.aborted;
  const canceled = isLate ? job.stopped : AbortSignal.any([job.canceled, job.stopped]);
  for (let attempt = 0; ; attempt += 1) {
    context.commandResult = null;
    const result = await once(step, context, canceled);
    if (result !== 'Failed' || attempt >= step.retries) return result;
    const seconds = (attempt + 1) ** 2;
    const waitMs = seconds * job.deps.waits.secondMs;
    report(
      context,
      'warning',
      `RetryHelper encountered task failure, will retry (attempt #: ${attempt + 1} out of ${step.retries}) after ${seconds * 1000} ms`,
    );
    if (await waited(waitMs, canceled)) return 'Canceled';
  }
}

/** Waits; true when it was canceled meanwhile. Source: RetryHelper.cs of the agent */
async function waited(ms: number, signal: AbortSignal): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  signal.addEventListener('abort', () => resolve(), { once: true });
  if (signal.aborted) resolve();
  await promise;
  clearTimeout(timer);
  return signal.aborted;
}

async function once(step: Step, context: StepContext, canceled: AbortSignal): Promise<Result> {
  const timeout = new AbortController();
  const minutes = step.timeoutMinutes ?? 0;
  const timer =
    minutes > 0
      ? setTimeout(() => timeout.abort(), minutes * context.job.deps.waits.minuteMs)
      : null;
  try {
    const signal = AbortSignal.any([canceled, timeout.signal]);
    const ended = await work(step, context, signal);
    if (canceled.aborted) {
      report(context, 'error', 'The operation was canceled.');
      return 'Canceled';
    }
    if (timeout.signal.aborted) {
      report(context, 'error', 'The task has timed out.');
      return 'Failed';
    }
    // A process that ends badly has failed, whatever it said of itself before.
    return ended === 'Failed' ? ended : (context.commandResult ?? ended);
  } finally {
    if (timer) clearTimeout(timer);
  }
}

function work(step: Step, context: StepContext, signal: AbortSignal): Promise<Result> {
  switch (step.kind) {
    case 'script':
      return runScript(step, context, signal);
    case 'powershell':
      return runPowerShell(step, context, signal);
    case 'azure-cli':
      return runAzureCli(step, context, signal);
    case 'checkout':
      return runCheckout(step, context, signal);
    case 'publish':
      return runPublish(step, context);
    case 'download':
      return runDownload(step, context);
  }
}
