import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { checked, inputOf } from '../input.ts';
import { grantsOf } from '../permissions/grant.ts';
import { JOB_LEVELS } from '../permissions/job-access.ts';
import type { Workspace } from '../workspace.ts';
import { jobsAction } from './api-version.ts';
import { once } from './idempotency.ts';
import { ownedBy } from './job.ts';
import { planOf } from './plan.ts';
import { runAsOf } from './run-as.ts';
import { Submission } from './settings.ts';
import { inTasks } from './single-task.ts';
import { startRun } from './start-run.ts';

export const runsSubmit: Action<Workspace> = {
  method: 'POST',
  path: '/api/:version/jobs/runs/submit',
  source: 'databricks-sdk-py service/jobs.py, JobsAPI.submit',
  handle: jobsAction(async (call, principal) => {
    const given = await inputOf(call, z.looseObject({}));
    const submission = checked(Submission, inTasks(given, call.params['version']));
    const plan = planOf(submission);
    const runAs = runAsOf(call.state, submission.run_as, principal);
    const list = submission.access_control_list ?? [];
    const access = ownedBy(principal, grantsOf(call.state, list, JOB_LEVELS));
    const runId = once(call.state, submission.idempotency_token, () =>
      startRun(call.state, {
        name: submission.run_name,
        plan,
        creator: principal,
        runAs,
        access,
        job: null,
        parameters: { notebook: {}, python: null, job: {} },
      }),
    );
    return Response.json({ run_id: runId });
  }),
};
