import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { invalidParameter } from '../api-error.ts';
import { Flag, Int, inputOf } from '../input.ts';
import { pageOf } from '../page-of.ts';
import { mayUseJob } from '../permissions/job-access.ts';
import type { Workspace } from '../workspace.ts';
import { jobsAction } from './api-version.ts';
import type { Job } from './job.ts';
import { jobJson } from './job-json.ts';

const ListJobs = z.looseObject({
  limit: Int.default(20),
  name: z.string().optional(),
  expand_tasks: Flag.default(false),
  page_token: z.string().optional(),
});

export const listJobs: Action<Workspace> = {
  method: 'GET',
  path: '/api/:version/jobs/list',
  source: 'databricks-sdk-py service/jobs.py, JobsAPI.list: limit 1..100, name exact without case',
  handle: jobsAction(async (call, principal) => {
    const { limit, name, expand_tasks, page_token } = await inputOf(call, ListJobs);
    if (limit < 1 || limit > 100) throw invalidParameter('limit must be between 1 and 100');
    const jobs = [...call.state.jobs.values()]
      .filter((job) => mayUseJob(call.state, principal, job.access, 'CAN_VIEW'))
      .filter((job) => !name || job.settings.name.toLowerCase() === name.toLowerCase())
      .toSorted((a, b) => b.jobId - a.jobId);
    const { items, next } = pageOf(jobs, limit, page_token, (job) => job.jobId);
    const { version } = call.params;
    const shown = items.map((job) =>
      expand_tasks ? jobJson(job, version) : jobWithoutTasks(job, version),
    );
    return Response.json({
      ...(shown.length > 0 && { jobs: shown }),
      has_more: next !== null,
      ...(next && { next_page_token: next }),
    });
  }),
};

function jobWithoutTasks(job: Job, version: string | undefined) {
  const { settings, ...about } = jobJson(job, version);
  const rest = Object.entries(settings).filter(([name]) => name !== 'tasks');
  return { ...about, settings: Object.fromEntries<unknown>(rest) };
}
