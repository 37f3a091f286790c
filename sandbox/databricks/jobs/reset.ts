import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { checked, Int, inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { jobsAction } from './api-version.ts';
import { changeJob, jobFor } from './job.ts';
import { JobSettings } from './settings.ts';
import { inTasks } from './single-task.ts';

const Reset = z.looseObject({ job_id: Int, new_settings: z.looseObject({}) });

export const resetJob: Action<Workspace> = {
  method: 'POST',
  path: '/api/:version/jobs/reset',
  source: 'databricks-sdk-py service/jobs.py, JobsAPI.reset: replaces everything',
  handle: jobsAction(async (call, principal) => {
    const { job_id: jobId, new_settings: given } = await inputOf(call, Reset);
    const job = jobFor(call.state, principal, { jobId, needed: 'CAN_MANAGE' });
    changeJob(
      call.state,
      job,
      checked(JobSettings, inTasks(given, call.params['version'])),
      principal,
    );
    return Response.json({});
  }),
};
