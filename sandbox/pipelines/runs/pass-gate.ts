import { addRecord, type TimelineRecord } from './run-record.ts';
import type { StageRequest } from './run-stage.ts';

/**
 * Waits until a stage may use what it names; false: the run was canceled meanwhile. While it waits,
 * the stage is pending, with a checkpoint that is in progress.
 * Source: docs/pipelines/process/approvals.md of azure-devops-docs; the names of the records as
 * timelines of the service were seen to have them
 */
export async function passGate(
  { plan, deps, canceled, stage }: StageRequest,
  record: TimelineRecord,
): Promise<boolean> {
  const opened = plan.gate(stage);
  if (!opened) return true;
  const checkpoint = { name: 'Checkpoint', identifier: 'Checkpoint', order: 0 };
  const outer = addRecord(plan.record, { ...checkpoint, parent: record, type: 'Checkpoint' });
  const inner = addRecord(plan.record, {
    parent: outer,
    type: 'Checkpoint.Authorization',
    name: 'Checkpoint.Authorization',
    identifier: 'Checkpoint.Authorization',
    order: 1,
  });
  for (const one of [outer, inner]) {
    one.state = 'inProgress';
    one.startedAtMs = deps.now();
  }
  plan.observe({ kind: 'stage', record, state: 'waiting' });
  const passed = await Promise.race([opened.then(() => true), aborted(canceled)]);
  for (const one of [inner, outer]) {
    one.state = 'completed';
    one.result = passed ? 'Succeeded' : 'Canceled';
    one.finishedAtMs = deps.now();
  }
  plan.record.changeId += 1;
  return passed;
}

function aborted(signal: AbortSignal): Promise<false> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(false);
    else signal.addEventListener('abort', () => resolve(false), { once: true });
  });
}
