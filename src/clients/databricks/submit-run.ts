import { z } from 'zod';

import { Int64 } from '../../lib/json.ts';
import type { DatabricksClient } from './databricks-client.ts';

/**
 * One run without a saved job, in the API's own words.
 * Source: `SubmitRun` in databricks-sdk-py `databricks/sdk/service/jobs.py`
 */
export interface Submission {
  readonly run_name: string;
  readonly tasks: readonly SubmittedTask[];
  readonly git_source?: Readonly<Record<string, string>>;
  /** 0: none. */
  readonly timeout_seconds: number;
  /** At most 64 characters; the same one never starts a second run. */
  readonly idempotency_token: string;
}

export interface SubmittedTask {
  readonly task_key: string;
  readonly notebook_task: {
    readonly notebook_path: string;
    readonly source: 'WORKSPACE' | 'GIT';
    readonly base_parameters: Readonly<Record<string, string>>;
  };
  readonly depends_on: readonly { readonly task_key: string }[];
  readonly max_retries?: number;
  readonly timeout_seconds?: number;
  /** None of the two: serverless. */
  readonly new_cluster?: Readonly<Record<string, unknown>>;
  readonly existing_cluster_id?: string;
}

/** Source: `SubmitRunResponse` in databricks-sdk-py `databricks/sdk/service/jobs.py` */
const Started = z.object({ run_id: Int64 });

/**
 * Starts it; resolves to the run's id, which with a known token is that of its first run.
 *
 * @throws {UncertainError} it may have started: ask again with the same token
 * Source: databricks-sdk-py `databricks/sdk/service/jobs.py`, `submit`
 */
export async function submitRun(
  client: DatabricksClient,
  submission: Submission,
  signal: AbortSignal,
): Promise<string> {
  const path = '/api/2.2/jobs/runs/submit';
  const ask = { path, body: submission, signal, repeatable: false };
  return (await client.post(ask, Started)).run_id;
}
