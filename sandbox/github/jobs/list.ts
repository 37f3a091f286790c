import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { pageOf } from '../page-of.ts';
import { repositoryOf } from '../repositories/repository.ts';
import { runOf } from '../runs/run.ts';
import type { Github } from '../state.ts';
import { jobJson } from './job-json.ts';

export const listJobs: Action<Github> = {
  method: 'GET',
  path: '/repos/:owner/:repo/actions/runs/:run/jobs',
  source: 'docs.github.com/en/rest/actions/workflow-jobs#list-jobs-for-a-workflow-run',
  handle: signedIn((call) => {
    const run = runOf(call, repositoryOf(call));
    const { items, headers } = pageOf(call, run.jobs);
    const jobs = items.map((job) => jobJson(run, job, call.now()));
    return Response.json({ total_count: run.jobs.length, jobs }, { headers });
  }),
};
