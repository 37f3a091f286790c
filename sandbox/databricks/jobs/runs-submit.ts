import type { Action } from '../../kit/action.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { jobsAction } from './api-version.ts';
import { startRun } from './conduct.ts';
import { once } from './idempotency.ts';
import { checkRunAs } from './run-as.ts';
import { planOf, Submission } from './settings.ts';

export const runsSubmit: Action<Workspace> = {
  method: 'POST',
  path: '/api/:version/jobs/runs/submit',
  source: 'databricks-sdk-py service/jobs.py, JobsAPI.submit',
  handle: jobsAction(async (call, principal) => {
    const submission = await inputOf(call, Submission);
    const plan = planOf(submission);
    checkRunAs(submission.run_as, principal);
    const runId = once(call.state, submission.idempotency_token, () =>
      startRun(call.state, {
        name: submission.run_name,
        plan,
        creator: principal,
        job: null,
        parameters: { notebook: {}, job: {} },
      }),
    );
    return Response.json({ run_id: runId });
  }),
};
