import type { z } from 'zod';

import type { Principal } from '../principal.ts';
import type { Workspace } from '../workspace.ts';
import type { Job } from './job.ts';
import { onlyTasks } from './only-tasks.ts';
import type { Run } from './run.ts';
import { type GivenParameters, runParameters } from './run-parameters.ts';
import { startRun } from './start-run.ts';

interface JobOrder {
  readonly job: Job;
  readonly creator: Principal;
  readonly parameters: z.infer<typeof GivenParameters>;
  /** The keys of the tasks to run; left out: all. */
  readonly only?: readonly string[] | undefined;
}

/**
 * Starts a saved job, as run-now and a job webhook do.
 *
 * @throws {ApiError} 400, the parameters or the tasks do not fit the job
 */
export function startJob(workspace: Workspace, order: JobOrder): Run {
  const { job, creator, parameters, only } = order;
  return startRun(workspace, {
    name: job.settings.name,
    plan: only ? onlyTasks(job.plan, only) : job.plan,
    creator,
    runAs: job.runAs,
    access: [],
    job,
    parameters: runParameters(job, parameters),
  });
}
