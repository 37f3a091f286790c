import { z } from 'zod';

import type { DatabricksClient } from './databricks-client.ts';

/** Source: `RunOutput` in databricks-sdk-py `databricks/sdk/service/jobs.py` */
const RunOutput = z.object({
  /** The line of the exception: `RuntimeError: boom`. */
  error: z.string().optional(),
  error_trace: z.string().optional(),
  /** What the notebook gave to `dbutils.notebook.exit()`; without a result, it never called it. */
  notebook_output: z
    .object({ result: z.string().optional(), truncated: z.boolean().optional() })
    .optional(),
  /** What a Python file printed; of notebooks, the API does not say. */
  logs: z.string().optional(),
});
export type RunOutput = z.infer<typeof RunOutput>;

/** What a task's run left behind. It has to be the task's run: the whole run's id is refused. */
export async function getRunOutput(
  client: DatabricksClient,
  taskRunId: string,
  signal: AbortSignal,
): Promise<RunOutput> {
  const query = { run_id: taskRunId };
  return await client.get({ path: '/api/2.2/jobs/runs/get-output', query, signal }, RunOutput);
}
