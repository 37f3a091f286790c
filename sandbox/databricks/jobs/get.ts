import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { Int, inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { jobsAction } from './api-version.ts';
import { jobFor } from './job.ts';
import { jobJson } from './job-json.ts';
import { pageOfTasks } from './page-of-tasks.ts';

const GetJob = z.looseObject({ job_id: Int, page_token: z.string().optional() });

export const getJob: Action<Workspace> = {
  method: 'GET',
  path: '/api/:version/jobs/get',
  source: 'databricks-sdk-py service/jobs.py, JobsAPI.get',
  handle: jobsAction(async (call, principal) => {
    const { job_id: jobId, page_token } = await inputOf(call, GetJob);
    const job = jobFor(call.state, principal, { jobId, needed: 'CAN_VIEW' });
    const { version } = call.params;
    const json = jobJson(job, version);
    if (!('tasks' in json.settings)) return Response.json(json);
    const paged = { version, token: page_token };
    const { items, more, isFirst } = pageOfTasks(job.settings.tasks ?? [], paged);
    const rest = isFirst ? {} : { job_clusters: [], environments: [], parameters: [] };
    return Response.json({
      ...json,
      settings: { ...json.settings, ...rest, tasks: items },
      ...more,
    });
  }),
};
