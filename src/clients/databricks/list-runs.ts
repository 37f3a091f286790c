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

/** Twelve thousand runs: more than a workspace starts while somebody waits for one. */
const MAX_PAGES = 500;

/**
 * The runs that started in this time, newest first, in pages, with their (first hundred) tasks.
 * Source: databricks-sdk-py `jobs.py`, `list_runs`: "in descending order by start time"
 */
export async function* listRunsBetween(
  client: DatabricksClient,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number | null },
  signal: AbortSignal,
): AsyncGenerator<readonly DatabricksRun[]> {
  const query = {
    start_time_from: String(fromMs),
    start_time_to: toMs === null ? undefined : String(toMs),
    expand_tasks: 'true',
    limit: PAGE_SIZE,
  };
  let next: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const ask = { path: '/api/2.2/jobs/runs/list', query: { ...query, page_token: next }, signal };
    const page: z.infer<typeof Page> = await client.get(ask, Page);
    yield page.runs;
    next = page.next_page_token;
    if (!next) return;
  }
  throw new PermanentError('UNREADABLE', 'the list of runs never ends');
}
