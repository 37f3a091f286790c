import type { Action } from '../../kit/action.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { jobsAction } from './api-version.ts';
import { newJob } from './job.ts';
import { JobSettings } from './settings.ts';

export const createJob: Action<Workspace> = {
  method: 'POST',
  path: '/api/:version/jobs/create',
  source: 'databricks-sdk-py service/jobs.py, JobsAPI.create',
  handle: jobsAction(async (call, creator) => {
    const settings = await inputOf(call, JobSettings);
    return Response.json({ job_id: newJob(call.state, creator, settings).jobId });
  }),
};
