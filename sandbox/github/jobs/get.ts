import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { repositoryOf } from '../repositories/repository.ts';
import type { Github } from '../state.ts';
import { jobOf } from './find-job.ts';
import { jobJson } from './job-json.ts';

export const getJob: Action<Github> = {
  method: 'GET',
  path: '/repos/:owner/:repo/actions/jobs/:job',
  source: 'docs.github.com/en/rest/actions/workflow-jobs#get-a-job-for-a-workflow-run',
  handle: signedIn((call) => {
    const { run, job } = jobOf(call, repositoryOf(call));
    return Response.json(jobJson(run, job, call.now()));
  }),
};
