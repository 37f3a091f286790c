import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { Int, inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { jobsAction } from './api-version.ts';
import { runWith } from './run.ts';
import { runJson, taskRunJson } from './run-json.ts';

/** Source: databricks-sdk-py service/jobs.py: API 2.2 shows at most 100 tasks at a time. */
const TASKS_PER_PAGE = 100;

const GetRun = z.looseObject({ run_id: Int, page_token: z.string().optional() });

export const runsGet: Action<Workspace> = {
  method: 'GET',
  path: '/api/:version/jobs/runs/get',
  source: 'databricks-sdk-py service/jobs.py, JobsAPI.get_run',
  handle: jobsAction(async (call) => {
    const { run_id, page_token } = await inputOf(call, GetRun);
    const found = runWith(call.state, run_id);
    if (found.kind === 'task') {
      return Response.json(taskRunJson(call.state, found.run, found.task));
    }
    const from = Number(page_token ?? 0) || 0;
    const tasks = found.run.tasks.slice(from, from + TASKS_PER_PAGE);
    const hasMore = found.run.tasks.length > from + TASKS_PER_PAGE;
    return Response.json({
      ...runJson(call.state, found.run, tasks),
      ...(hasMore && { has_more: true, next_page_token: String(from + TASKS_PER_PAGE) }),
    });
  }),
};
