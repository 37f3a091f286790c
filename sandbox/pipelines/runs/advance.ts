import type { Result } from '../steps/result.ts';
import type { TimelineRecord } from './run-record.ts';
import type { StageRequest } from './run-stage.ts';

type Place = Pick<StageRequest, 'plan' | 'deps'>;

/** Notes that something on the timeline has begun. */
export function start({ plan, deps }: Place, record: TimelineRecord): void {
  record.state = 'inProgress';
  record.startedAtMs = deps.now();
  plan.record.changeId += 1;
  if (record.type === 'Stage') plan.observe({ kind: 'stage', record, state: 'running' });
}

/** Notes how something on the timeline has ended. */
export function finish(
  { plan, deps }: Place,
  records: readonly TimelineRecord[],
  result: Result,
): void {
  for (const record of records) {
    record.state = 'completed';
    record.result = result;
    record.finishedAtMs = deps.now();
    const { type } = record;
    if (type === 'Stage') plan.observe({ kind: 'stage', record, state: 'completed' });
    if (type === 'Job') plan.observe({ kind: 'job', record, state: 'completed' });
  }
  plan.record.changeId += 1;
}
