import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { invalidParameter } from '../api-error.ts';
import { Flag, Int, inputOf } from '../input.ts';
import { accessToRun, mayUseJob } from '../permissions/job-access.ts';
import type { Workspace } from '../workspace.ts';
import { jobsAction } from './api-version.ts';
import { jobFor } from './job.ts';
import { stopRun } from './stop-run.ts';

const CancelAll = z.looseObject({
  job_id: Int.optional(),
  all_queued_runs: Flag.default(false),
});

export const runsCancelAll: Action<Workspace> = {
  method: 'POST',
  path: '/api/:version/jobs/runs/cancel-all',
  source: 'databricks-sdk-py service/jobs.py, JobsAPI.cancel_all_runs; the text is ours',
  handle: jobsAction(async (call, principal) => {
    const { job_id: jobId, all_queued_runs: queuedOnly } = await inputOf(call, CancelAll);
    if (jobId !== undefined) jobFor(call.state, principal, { jobId, needed: 'CAN_MANAGE_RUN' });
    else if (!queuedOnly) throw invalidParameter('job_id or all_queued_runs is needed');
    const runs = [...call.state.runs.values()]
      .filter((run) => jobId === undefined || run.jobId === jobId)
      .filter((run) => !queuedOnly || run.phase.kind === 'queued')
      .filter((run) => mayUseJob(call.state, principal, accessToRun(run), 'CAN_MANAGE_RUN'));
    for (const run of runs) stopRun(call.state, run, 'canceled');
    return Response.json({});
  }),
};
