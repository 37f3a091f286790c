import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { Int, inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { jobsAction } from './api-version.ts';
import { runFor } from './run.ts';
import { stopRun, stopTask } from './stop-run.ts';

export const runsCancel: Action<Workspace> = {
  method: 'POST',
  path: '/api/:version/jobs/runs/cancel',
  source: 'databricks-sdk-py service/jobs.py, JobsAPI.cancel_run: asynchronous, a run or a task',
  handle: jobsAction(async (call, principal) => {
    const { run_id: runId } = await inputOf(call, z.looseObject({ run_id: Int }));
    const found = runFor(call.state, principal, { runId, needed: 'CAN_MANAGE_RUN' });
    if (found.kind === 'run') stopRun(call.state, found.run, 'canceled');
    else stopTask(found.task);
    return Response.json({});
  }),
};
