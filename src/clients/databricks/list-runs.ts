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

/** The runs that started at or after this time, with their (first hundred) tasks. */
export async function* listRunsSince(
  client: DatabricksClient,
  startedAtMs: number,
  signal: AbortSignal,
): AsyncGenerator<DatabricksRun> {
  const query = {
    start_time_from: String(startedAtMs),
    expand_tasks: 'true',
    limit: PAGE_SIZE,
  };
  let next: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const ask = { path: '/api/2.2/jobs/runs/list', query: { ...query, page_token: next }, signal };
    const page: z.infer<typeof Page> = await client.get(ask, Page);
    yield* page.runs;
    next = page.next_page_token;
    if (!next) return;
  }
  throw new PermanentError('UNREADABLE', 'the list of runs never ends');
}
