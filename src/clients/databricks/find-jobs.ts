import { z } from 'zod';

import { Int64 } from '../../lib/json.ts';
import type { DatabricksClient } from './databricks-client.ts';

/** Source: `ListJobsResponse` in databricks-sdk-py `databricks/sdk/service/jobs.py` */
const Page = z.object({ jobs: z.array(z.object({ job_id: Int64 })).default([]) });

/**
 * The ids of the saved jobs of this name, upper and lower case being the same; at most a hundred.
 * Source: databricks-sdk-py `databricks/sdk/service/jobs.py`, `list`
 */
export async function findJobs(
  client: DatabricksClient,
  name: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const query = { name, limit: '100' };
  const page = await client.get({ path: '/api/2.2/jobs/list', query, signal }, Page);
  return page.jobs.map((job) => job.job_id);
}
