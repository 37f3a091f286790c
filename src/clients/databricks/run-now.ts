import { z } from 'zod';

import { Int64 } from '../../lib/json.ts';
import type { DatabricksClient } from './databricks-client.ts';

interface JobStart {
  readonly jobId: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Widgets of its notebooks, for a job of old that declares no parameters. */
  readonly notebookParameters?: Readonly<Record<string, string>>;
  /** At most 64 characters; the same one never starts a second run. */
  readonly idempotencyToken: string;
}

/** Source: `RunNowResponse` in databricks-sdk-py `databricks/sdk/service/jobs.py` */
const Started = z.object({ run_id: Int64 });

/**
 * Starts a saved job; resolves to the run's id, which with a known token is that of its first run.
 *
 * @throws {UncertainError} it may have started: ask again with the same token
 * Source: databricks-sdk-py `databricks/sdk/service/jobs.py`, `run_now`
 */
export async function runNow(
  client: DatabricksClient,
  { jobId, parameters, notebookParameters = {}, idempotencyToken }: JobStart,
  signal: AbortSignal,
): Promise<string> {
  const body = {
    // Beyond 2^53 only its text says which job is meant.
    job_id: Number.isSafeInteger(Number(jobId)) ? Number(jobId) : jobId,
    ...(Object.keys(parameters).length > 0 && { job_parameters: parameters }),
    ...(Object.keys(notebookParameters).length > 0 && { notebook_params: notebookParameters }),
    idempotency_token: idempotencyToken,
  };
  const ask = { path: '/api/2.2/jobs/run-now', body, signal, repeatable: false };
  return (await client.post(ask, Started)).run_id;
}
