import { invalidParameter } from '../api-error.ts';
import type { Principal } from '../principal.ts';
import type { Workspace } from '../workspace.ts';
import { startRun } from './conduct.ts';
import type { Job } from './job.ts';
import type { Run } from './run.ts';

/** Source: databricks-sdk-py service/jobs.py: the JSON of notebook_params has at most 10 000 bytes. */
const MAX_NOTEBOOK_PARAMS_BYTES = 10_000;

interface JobOrder {
  readonly job: Job;
  readonly creator: Principal;
  readonly notebook: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * Starts a saved job, as run-now and a job webhook do.
 *
 * Source: databricks-sdk-py service/jobs.py (limits, and that job parameters exclude task parameters);
 * the texts are ours.
 * @throws {ApiError} 400, the parameters do not fit the job
 */
export function startJob(workspace: Workspace, order: JobOrder): Run {
  const { job, creator, notebook, parameters } = order;
  if (Buffer.byteLength(JSON.stringify(notebook)) > MAX_NOTEBOOK_PARAMS_BYTES) {
    throw invalidParameter(`notebook_params has more than ${MAX_NOTEBOOK_PARAMS_BYTES} bytes`);
  }
  const declared = job.settings.parameters;
  if (declared.length > 0 && Object.keys(notebook).length > 0) {
    throw invalidParameter('Task parameters cannot be given to a job that has job parameters');
  }
  const jobParameters: Record<string, { default: string; value: string }> = {};
  for (const { name, default: usual } of declared) {
    jobParameters[name] = { default: usual, value: parameters[name] ?? usual };
  }
  for (const [name, value] of Object.entries(parameters)) {
    jobParameters[name] ??= { default: '', value };
  }
  return startRun(workspace, {
    name: job.settings.name,
    plan: job.plan,
    creator,
    job,
    parameters: { notebook, job: jobParameters },
  });
}
