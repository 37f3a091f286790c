import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { Int, inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { jobsAction } from './api-version.ts';
import { jobFor } from './job.ts';

/** Its runs stay to be read, and those under way go on: UNVERIFIED. */
export const deleteJob: Action<Workspace> = {
  method: 'POST',
  path: '/api/:version/jobs/delete',
  source: 'databricks-sdk-py service/jobs.py, JobsAPI.delete',
  handle: jobsAction(async (call, principal) => {
    const { job_id: jobId } = await inputOf(call, z.looseObject({ job_id: Int }));
    call.state.jobs.delete(jobFor(call.state, principal, { jobId, needed: 'CAN_MANAGE' }).jobId);
    return Response.json({});
  }),
};
