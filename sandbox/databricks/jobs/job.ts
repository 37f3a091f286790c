import { invalidParameter } from '../api-error.ts';
import { type Grant, grantsOf } from '../permissions/grant.ts';
import { checkJobAccess, JOB_LEVELS, type JobLevel } from '../permissions/job-access.ts';
import type { Principal } from '../principal.ts';
import type { Workspace } from '../workspace.ts';
import { type Plan, planOf } from './plan.ts';
import { runAsOf } from './run-as.ts';
import { type JobSettings } from './settings.ts';

/** A saved job; what it is made of changes with reset and update, for runs to come. */
export interface Job {
  readonly jobId: number;
  readonly creator: Principal;
  /** Whom its runs act as. */
  runAs: Principal;
  readonly createdMs: number;
  settings: JobSettings;
  plan: Plan;
  access: readonly Grant<JobLevel>[];
}

/**
 * The job with this id, for somebody who may do that much with it: asked before it is looked for.
 *
 * Source: databricks-sdk-py errors/overrides.py (400); databricks/cli's recordings say 404 with the
 * same text.
 * @throws {ApiError} 403 or 400
 */
export function jobFor(
  workspace: Workspace,
  principal: Principal,
  order: { readonly jobId: number; readonly needed: Exclude<JobLevel, 'IS_OWNER'> },
): Job {
  const { jobId, needed } = order;
  const job = workspace.jobs.get(jobId);
  checkJobAccess(workspace, principal, { jobId, job, needed });
  if (!job) throw invalidParameter(`Job ${jobId} does not exist.`);
  return job;
}

/** @throws {ApiError} 400 or 403, the job cannot be as it is asked for */
export function newJob(workspace: Workspace, creator: Principal, settings: JobSettings): Job {
  const { access_control_list: list = [], ...kept } = settings;
  const plan = planOf(kept);
  const job: Job = {
    jobId: workspace.ids.next(),
    creator,
    runAs: runAsOf(workspace, settings.run_as, creator),
    createdMs: workspace.tools.clock.now(),
    settings: kept,
    plan,
    access: ownedBy(creator, grantsOf(workspace, list, JOB_LEVELS)),
  };
  workspace.jobs.set(job.jobId, job);
  return job;
}

/** Changes what a job is made of; the runs it has already stay as they are. */
export function changeJob(
  workspace: Workspace,
  job: Job,
  settings: JobSettings,
  caller: Principal,
): void {
  const { access_control_list: list, ...kept } = settings;
  const plan = planOf(kept);
  job.runAs = settings.run_as ? runAsOf(workspace, settings.run_as, caller) : job.creator;
  if (list) job.access = ownedBy(job.creator, grantsOf(workspace, list, JOB_LEVELS));
  job.settings = kept;
  job.plan = plan;
}

/** Somebody always owns it: who made it, where the list names nobody. */
export function ownedBy(
  creator: Principal,
  grants: readonly Grant<JobLevel>[],
): readonly Grant<JobLevel>[] {
  if (grants.some((one) => one.level === 'IS_OWNER')) return grants;
  return [{ holder: creator, level: 'IS_OWNER' }, ...grants];
}
