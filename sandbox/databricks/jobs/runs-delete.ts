import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { ApiError, invalidParameter } from '../api-error.ts';
import { Int, inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { jobsAction } from './api-version.ts';
import { runFor } from './run.ts';

export const runsDelete: Action<Workspace> = {
  method: 'POST',
  path: '/api/:version/jobs/runs/delete',
  source:
    'databricks-sdk-py service/jobs.py, JobsAPI.delete_run: no active run; the texts are ours',
  handle: jobsAction(async (call, principal) => {
    const { run_id: runId } = await inputOf(call, z.looseObject({ run_id: Int }));
    const found = runFor(call.state, principal, { runId, needed: 'CAN_MANAGE_RUN' });
    if (found.kind === 'task') {
      throw invalidParameter(`Run ${runId} is a task of run ${found.run.runId}: delete that`);
    }
    if (found.run.phase.kind !== 'ended') {
      throw new ApiError(400, 'INVALID_STATE', `Run ${runId} is active: cancel it first`);
    }
    call.state.runs.delete(runId);
    return Response.json({});
  }),
};
