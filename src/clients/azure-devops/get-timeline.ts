import { z } from 'zod';

import type { AzureDevopsClient } from './azure-devops-client.ts';
import { Time } from './build.ts';

/** Source: `TimelineRecord` in vsts-rest-api-specs, specification/build/7.1/build.json */
const TimelineRecord = z.object({
  id: z.string(),
  parentId: z.string().nullish(),
  type: z.string(),
  name: z.string(),
  state: z.string().nullish(),
  result: z.string().nullish(),
  order: z.number().nullish(),
  /** Counts from 1. */
  attempt: z.int().positive().catch(1),
  /** What it printed; steps have one each. */
  log: z.object({ id: z.int() }).nullish(),
  startTime: Time,
  finishTime: Time,
  issues: z.array(z.object({ type: z.string(), message: z.string().nullish() })).nullish(),
});
type TimelineRecord = z.infer<typeof TimelineRecord>;

/** Before the plan starts there is no timeline: 204, or `null`. */
const Timeline = z.object({ records: z.array(TimelineRecord).nullish() }).nullable();

/** What a run consists of (stages, jobs, steps), in their order; only the last attempts. */
export async function getTimeline(
  client: AzureDevopsClient,
  buildId: string,
  signal: AbortSignal,
): Promise<readonly TimelineRecord[]> {
  const path = `build/builds/${encodeURIComponent(buildId)}/timeline`;
  const { data } = await client.get({ path, signal }, Timeline);
  return (data?.records ?? []).toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0));
}
