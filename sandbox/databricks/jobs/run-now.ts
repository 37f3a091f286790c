import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { Int, inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { jobsAction } from './api-version.ts';
import { once } from './idempotency.ts';
import { jobFor } from './job.ts';
import { GivenParameters } from './run-parameters.ts';
import { startJob } from './start-job.ts';

const RunNow = GivenParameters.extend({
  job_id: Int,
  only: z.array(z.string()).optional(),
  idempotency_token: z.string().optional(),
});

export const runNow: Action<Workspace> = {
  method: 'POST',
  path: '/api/:version/jobs/run-now',
  source:
    'databricks-sdk-py service/jobs.py, JobsAPI.run_now; legacy databricks-cli (job_id as text)',
  handle: jobsAction(async (call, creator) => {
    const order = await inputOf(call, RunNow);
    const { job_id: jobId, only, idempotency_token: token } = order;
    const job = jobFor(call.state, creator, { jobId, needed: 'CAN_MANAGE_RUN' });
    const runId = once(call.state, token, () =>
      startJob(call.state, { job, creator, parameters: order, only }),
    );
    return Response.json({ run_id: runId, number_in_job: runId });
  }),
};
