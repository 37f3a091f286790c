import { z } from 'zod';

import type { DatabricksClient } from './databricks-client.ts';

/**
 * Asks a run to stop; it has stopped once `runs/get` says so. One that is over stays as it is.
 * Source: databricks-sdk-py `databricks/sdk/service/jobs.py`, `cancel_run`
 */
export async function cancelRun(
  client: DatabricksClient,
  runId: string,
  signal: AbortSignal,
): Promise<void> {
  const body = { run_id: Number.isSafeInteger(Number(runId)) ? Number(runId) : runId };
  const path = '/api/2.2/jobs/runs/cancel';
  await client.post({ path, body, signal, repeatable: true }, z.unknown());
}
