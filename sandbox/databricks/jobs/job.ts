import { invalidParameter } from '../api-error.ts';
import type { Principal } from '../principal.ts';
import type { Workspace } from '../workspace.ts';
import type { JobSettings, Plan } from './settings.ts';

/** A saved job. */
export interface Job {
  readonly jobId: number;
  readonly creator: Principal;
  readonly createdMs: number;
  readonly settings: JobSettings;
  readonly plan: Plan;
}

/**
 * The job with this id.
 *
 * Source: databricks-sdk-py errors/overrides.py (400); databricks/cli's recordings say 404 with the
 * same text.
 * @throws {ApiError} there is none
 */
export function jobWith(workspace: Workspace, jobId: number): Job {
  const job = workspace.jobs.get(jobId);
  if (!job) throw invalidParameter(`Job ${jobId} does not exist.`);
  return job;
}
