import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { Flag, Int, inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { jobsAction } from './api-version.ts';
import { pageOfTasks } from './page-of-tasks.ts';
import { runFor } from './run.ts';
import { historyJson, runJson, taskRunJson } from './run-json.ts';

const GetRun = z.looseObject({
  run_id: Int,
  include_history: Flag.default(false),
  page_token: z.string().optional(),
});

export const runsGet: Action<Workspace> = {
  method: 'GET',
  path: '/api/:version/jobs/runs/get',
  source: 'databricks-sdk-py service/jobs.py, JobsAPI.get_run',
  handle: jobsAction(async (call, principal) => {
    const { run_id: runId, include_history, page_token } = await inputOf(call, GetRun);
    const found = runFor(call.state, principal, { runId, needed: 'CAN_VIEW' });
    if (found.kind === 'task') {
      return Response.json(taskRunJson(call.state, found.run, found.task));
    }
    const { run } = found;
    const paged = { version: call.params['version'], token: page_token };
    const { items, more, isFirst } = pageOfTasks(run.tasks, paged);
    return Response.json({
      ...runJson(call.state, run, items),
      ...(isFirst ? {} : { job_parameters: [] }),
      ...(include_history && { repair_history: historyJson(run) }),
      ...more,
    });
  }),
};
