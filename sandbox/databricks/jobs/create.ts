import type { Action } from '../../kit/action.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { jobsAction } from './api-version.ts';
import { checkRunAs } from './run-as.ts';
import { JobSettings, planOf } from './settings.ts';

export const createJob: Action<Workspace> = {
  method: 'POST',
  path: '/api/:version/jobs/create',
  source: 'databricks-sdk-py service/jobs.py, JobsAPI.create',
  handle: jobsAction(async (call, creator) => {
    const settings = await inputOf(call, JobSettings);
    const plan = planOf(settings);
    checkRunAs(settings.run_as, creator);
    const jobId = call.state.nextId();
    call.state.jobs.set(jobId, { jobId, creator, createdMs: call.now(), settings, plan });
    return Response.json({ job_id: jobId });
  }),
};
