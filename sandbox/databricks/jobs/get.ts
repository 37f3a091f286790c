import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { Int, inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { jobsAction } from './api-version.ts';
import { type Job, jobWith } from './job.ts';

export const getJob: Action<Workspace> = {
  method: 'GET',
  path: '/api/:version/jobs/get',
  source: 'databricks-sdk-py service/jobs.py, JobsAPI.get',
  handle: jobsAction(async (call) => {
    const { job_id: jobId } = await inputOf(call, z.looseObject({ job_id: Int }));
    return Response.json(jobJson(jobWith(call.state, jobId)));
  }),
};

/** A job as get and list show it; the Terraform provider takes one without a creator for missing. */
export function jobJson({ jobId, creator, createdMs, settings }: Job) {
  return {
    job_id: jobId,
    creator_user_name: creator.name,
    run_as_user_name: creator.name,
    created_time: createdMs,
    settings: { ...settings, format: 'MULTI_TASK' },
  };
}
