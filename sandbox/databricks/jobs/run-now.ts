import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { invalidParameter } from '../api-error.ts';
import { Int, inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { jobsAction } from './api-version.ts';
import { once } from './idempotency.ts';
import { jobWith } from './job.ts';
import { startJob } from './start-job.ts';

const Parameters = z.record(z.string(), z.coerce.string());

const RunNow = z.looseObject({
  job_id: Int,
  notebook_params: Parameters.default({}),
  job_parameters: Parameters.default({}),
  idempotency_token: z.string().optional(),
});

/** Parameters of kinds of tasks that the sandbox does not run, and what it does not do. */
const UNSUPPORTED = [
  'jar_params',
  'python_params',
  'python_named_params',
  'spark_submit_params',
  'sql_params',
  'dbt_commands',
  'pipeline_params',
  'only',
];

export const runNow: Action<Workspace> = {
  method: 'POST',
  path: '/api/:version/jobs/run-now',
  source:
    'databricks-sdk-py service/jobs.py, JobsAPI.run_now; legacy databricks-cli (job_id as text)',
  handle: jobsAction(async (call, principal) => {
    const order = await inputOf(call, RunNow);
    const unsupported = UNSUPPORTED.find((name) => order[name] !== undefined);
    if (unsupported) throw invalidParameter(`The sandbox does not take ${unsupported}`);
    const job = jobWith(call.state, order.job_id);
    const { notebook_params: notebook, job_parameters: parameters } = order;
    const runId = once(call.state, order.idempotency_token, () =>
      startJob(call.state, { job, creator: principal, notebook, parameters }),
    );
    return Response.json({ run_id: runId, number_in_job: runId });
  }),
};
