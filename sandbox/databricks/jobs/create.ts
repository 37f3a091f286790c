import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { checked, inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { jobsAction } from './api-version.ts';
import { newJob } from './job.ts';
import { JobSettings } from './settings.ts';
import { inTasks } from './single-task.ts';

export const createJob: Action<Workspace> = {
  method: 'POST',
  path: '/api/:version/jobs/create',
  source: 'databricks-sdk-py service/jobs.py, JobsAPI.create',
  handle: jobsAction(async (call, creator) => {
    const given = await inputOf(call, z.looseObject({}));
    const settings = checked(JobSettings, inTasks(given, call.params['version']));
    return Response.json({ job_id: newJob(call.state, creator, settings).jobId });
  }),
};
