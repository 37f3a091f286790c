import { setTimeout as wait } from 'node:timers/promises';

import type { Result } from '../steps/result.ts';
import { finish, start } from './advance.ts';
import type { RunDeps, RunPlan } from './run-plan.ts';
import { addIssue } from './run-record.ts';

/** How a run has to end, without any of its steps being run. */
export interface ForcedEnd {
  readonly result: Result;
  /** What its jobs say went wrong; '': nothing. */
  readonly message: string;
  /** How long it looks as if it ran, by the machine's clock. */
  readonly afterMs: number;
}

interface Forced {
  readonly plan: RunPlan;
  readonly deps: RunDeps;
  readonly canceled: AbortSignal;
}

/** Lets all that is planned for a run look as if it ran, and end like this; or as canceled. */
export async function endAsForced(
  { plan, deps, canceled }: Forced,
  { result, message, afterMs }: ForcedEnd,
): Promise<Result> {
  const { record } = plan;
  record.startedAtMs = deps.now();
  record.changedAtMs = record.startedAtMs;
  record.status = 'inProgress';
  plan.observe({ kind: 'run', state: 'inProgress' });
  for (const one of record.records) start({ plan, deps }, one);
  if (afterMs > 0) await wait(afterMs, undefined, { signal: canceled }).catch(() => undefined);
  const end = canceled.aborted ? 'Canceled' : result;
  const jobs = record.records.filter(({ type }) => type === 'Job');
  if (message !== '') for (const job of jobs) addIssue(job, { type: 'error', message, data: {} });
  finish({ plan, deps }, record.records, end);
  return end;
}
