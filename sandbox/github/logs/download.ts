import type { Action, Call } from '../../kit/action.ts';
import type { Run } from '../runs/run.ts';
import type { Github } from '../state.ts';
import { logText } from './log-text.ts';
import { zip } from './zip.ts';

export const downloadRunLogs: Action<Github> = {
  method: 'GET',
  path: '/rest/runs/:run/logs.zip',
  source: 'our own: GitHub redirects to its storage, whose address says nothing',
  handle: (call) =>
    guarded(call, (run) => {
      const files = run.jobs.map((job, index) => ({
        name: `${index}_${job.name.replaceAll(/[^\w .-]/gu, '_')}.txt`,
        text: logText(run, job, call.now()) ?? '',
      }));
      return new Response(zip(files), {
        headers: {
          'content-type': 'application/zip',
          'content-disposition': `attachment; filename="logs_${run.id}.zip"`,
        },
      });
    }),
};

export const downloadJobLogs: Action<Github> = {
  method: 'GET',
  path: '/rest/runs/:run/jobs/:job/logs.txt',
  source: 'our own: GitHub redirects to its storage, whose address says nothing',
  handle: (call) =>
    guarded(call, (run) => {
      const job = run.jobs.find(({ id }) => String(id) === call.params['job']);
      const text = job ? logText(run, job, call.now()) : null;
      if (text === null) return missing();
      return new Response(text, { headers: { 'content-type': 'text/plain; charset=utf-8' } });
    }),
};

function guarded(call: Call<Github>, give: (run: Run) => Response): Response {
  if (!call.state.signedUrls.isGood(call.url)) {
    return new Response('Server failed to authenticate the request.\n', { status: 403 });
  }
  const run = call.state.runs.get(Number(call.params['run']));
  return run ? give(run) : missing();
}

function missing(): Response {
  return new Response('The specified blob does not exist.\n', { status: 404 });
}
