import { answerError } from '../api-error.ts';
import { whose } from '../authentication.ts';
import { type Job, jobFor } from '../jobs/job.ts';
import { startJob } from '../jobs/start-job.ts';
import type { Workspace } from '../workspace.ts';
import type { Reply } from './send.ts';
import type { JobSpec } from './webhook.ts';

export function runNowUrl({ config }: Workspace): string {
  return `https://${config.host}/api/2.1/jobs/run-now`;
}

/**
 * Starts the job of a webhook with what happened as `event_message`; you get what run-now would say.
 *
 * Source: docs.databricks.com/mlflow/model-registry-webhooks: one notebook gets notebook_params, one
 * Python file python_params, and a job of several tasks both.
 */
export async function startJobOf(
  workspace: Workspace,
  { job_id: jobId, access_token: token }: JobSpec,
  message: string,
): Promise<Reply> {
  const principal = await whose(workspace, token);
  if (!principal) return { status: 403, body: 'Invalid access token.' };
  try {
    const job = jobFor(workspace, principal, { jobId, needed: 'CAN_MANAGE_RUN' });
    const parameters = parametersFor(job, message);
    const { runId } = startJob(workspace, { job, creator: principal, parameters });
    return { status: 200, body: JSON.stringify({ run_id: runId, number_in_job: runId }) };
  } catch (error) {
    const response = answerError(error);
    return { status: response.status, body: await response.text() };
  }
}

function parametersFor({ plan: { tasks } }: Job, message: string) {
  const [only, ...more] = tasks;
  const kind = more.length === 0 ? only?.work.kind : null;
  return {
    ...(kind !== 'python' && { notebook_params: { event_message: message } }),
    ...(kind !== 'notebook' && { python_params: [message] }),
  };
}
