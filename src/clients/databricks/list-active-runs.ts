import { z } from 'zod';

import { PermanentError } from '../../lib/errors.ts';
import type { DatabricksClient } from './databricks-client.ts';
import { DatabricksRun } from './run.ts';

/** Source: `ListRunsResponse` in databricks-sdk-py `databricks/sdk/service/jobs.py` */
const Page = z.object({
  runs: z.array(DatabricksRun).default([]),
  next_page_token: z.string().optional(),
});

/** The API takes fewer than 25. Source: databricks-sdk-py `jobs.py`, `list_runs` */
const PAGE_SIZE = '24';

/** A workspace runs two thousand tasks at a time, and queues more. */
const MAX_PAGES = 500;

/** The runs that have not ended: those of a job, or those that were submitted without one. */
export async function listActiveRuns(
  client: DatabricksClient,
  jobId: string | null,
  signal: AbortSignal,
): Promise<readonly DatabricksRun[]> {
  const which = jobId === null ? { run_type: 'SUBMIT_RUN' } : { job_id: jobId };
  const found: DatabricksRun[] = [];
  let next: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const query = { active_only: 'true', limit: PAGE_SIZE, page_token: next, ...which };
    const ask = { path: '/api/2.2/jobs/runs/list', query, signal };
    const page: z.infer<typeof Page> = await client.get(ask, Page);
    found.push(...page.runs);
    next = page.next_page_token;
    if (!next) return found;
  }
  throw new PermanentError('UNREADABLE', 'the list of active runs never ends');
}
