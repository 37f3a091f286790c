import { ApiError } from '../api-error.ts';
import type { Job } from '../jobs/job.ts';
import type { Found, Run } from '../jobs/run.ts';
import type { Principal } from '../principal.ts';
import type { Workspace } from '../workspace.ts';
import { type Grant, isAdmin, levelOf } from './grant.ts';

/** Ascending. Source: databricks-sdk-py service/jobs.py, JobPermissionLevel. */
export const JOB_LEVELS = ['CAN_VIEW', 'CAN_MANAGE_RUN', 'CAN_MANAGE', 'IS_OWNER'] as const;
export type JobLevel = (typeof JOB_LEVELS)[number];

type Needed = Exclude<JobLevel, 'IS_OWNER'>;

/** Source: the first two as databricks/cli recorded them; the third is ours. */
const LACKING: Readonly<Record<Needed, string>> = {
  CAN_VIEW: 'View or Admin or Manage Run or Owner',
  CAN_MANAGE_RUN: 'Manage Run or Owner or Admin',
  CAN_MANAGE: 'Manage or Owner or Admin',
};

/** Whether somebody may do this much with a job, or with the runs of one. */
export function mayUseJob(
  workspace: Workspace,
  principal: Principal,
  access: readonly Grant<JobLevel>[],
  needed: Needed,
): boolean {
  if (isAdmin(workspace, principal)) return true;
  const level = levelOf(workspace, principal, access, JOB_LEVELS);
  return level !== null && JOB_LEVELS.indexOf(level) >= JOB_LEVELS.indexOf(needed);
}

/** Who may do what with a run: that of its job, or its own where it was submitted. */
export function accessToRun(run: Run): readonly Grant<JobLevel>[] {
  return run.job?.access ?? run.access;
}

/**
 * Refuses whoever may not do this, before it is even looked whether there is such a job.
 *
 * Source: databricks/cli acceptance recordings: 403 for a job that was deleted.
 * @throws {ApiError} 403
 */
export function checkJobAccess(
  workspace: Workspace,
  principal: Principal,
  order: { readonly jobId: number; readonly job: Job | undefined; readonly needed: Needed },
): void {
  const { jobId, job, needed } = order;
  if (mayUseJob(workspace, principal, job?.access ?? [], needed)) return;
  throw denied(principal, needed, `job ${jobId}`);
}

/** @throws {ApiError} 403 */
export function checkRunAccess(
  workspace: Workspace,
  principal: Principal,
  order: { readonly runId: number; readonly found: Found | null; readonly needed: Needed },
): void {
  const { runId, found, needed } = order;
  if (mayUseJob(workspace, principal, found ? accessToRun(found.run) : [], needed)) return;
  const job = found?.run.job;
  throw denied(principal, needed, job ? `job ${job.jobId}` : `run ${runId}`);
}

function denied({ name }: Principal, needed: Needed, what: string): ApiError {
  const message = `User ${name} does not have ${LACKING[needed]} permissions on ${what}`;
  return new ApiError(403, 'PERMISSION_DENIED', message);
}
