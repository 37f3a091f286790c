import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { notFound } from '../github-error.ts';
import { jobOf } from '../jobs/find-job.ts';
import { repositoryOf } from '../repositories/repository.ts';
import { phaseAt, runOf } from '../runs/run.ts';
import type { Github } from '../state.ts';

export const runLogs: Action<Github> = {
  method: 'GET',
  path: '/repos/:owner/:repo/actions/runs/:run/logs',
  source: 'docs.github.com/en/rest/actions/workflow-runs#download-workflow-run-logs: a zip',
  handle: signedIn((call) => {
    const run = runOf(call, repositoryOf(call));
    if (phaseAt(run, call.now()).status !== 'completed') throw notFound();
    return redirect(call.state.signedUrls.sign(`/rest/runs/${run.id}/logs.zip`));
  }),
};

export const jobLogs: Action<Github> = {
  method: 'GET',
  path: '/repos/:owner/:repo/actions/jobs/:job/logs',
  source: 'docs.github.com/en/rest/actions/workflow-jobs#download-job-logs-for-a-workflow-run',
  handle: signedIn((call) => {
    const { run, job } = jobOf(call, repositoryOf(call));
    if (phaseAt(run, call.now()).status !== 'completed') throw notFound();
    return redirect(call.state.signedUrls.sign(`/rest/runs/${run.id}/jobs/${job.id}/logs.txt`));
  }),
};

function redirect(location: string): Response {
  return new Response(null, { status: 302, headers: { location } });
}
