import type { Action } from '../../kit/action.ts';
import { escaped, page } from '../../kit/page.ts';
import { conclusionOf } from '../jobs/job-json.ts';
import { logText } from '../logs/log-text.ts';
import { phaseAt, type Run } from '../runs/run.ts';
import type { Github } from '../state.ts';

export const runPage: Action<Github> = {
  method: 'GET',
  path: '/:owner/:repo/actions/runs/:run',
  source: "GitHub's own `html_url` for the path; the page is our own",
  handle({ state, params, now }) {
    const run = state.runs.get(Number(params['run']));
    const name = `${params['owner']}/${params['repo']}`.toLowerCase();
    if (!run || state.repositories.get(name) !== run.repository) {
      return page('Run not found', '<p>There is no such run in this sandbox.</p>', 404);
    }
    const phase = phaseAt(run, now());
    const ending = phase.status === 'completed' ? phase.conclusion : phase.status;
    const about = [
      ['Repository', `${run.repository.owner}/${run.repository.name}`],
      ['Workflow', run.workflow.path],
      ['State', ending],
      ['Event', run.event],
      ['Branch', run.branch],
      ['Started by', run.user.login],
      ['Started', new Date(run.createdMs).toISOString()],
    ] as const;
    const rows = about.map(([what, value]) => `<tr><th>${what}<td>${escaped(value)}`).join('');
    const notice = `<p><strong>${run.event} runs are recorded, not executed.</strong></p>`;
    const jobs = run.jobs.map((job) => jobHtml(run, job, now())).join('');
    return page(`${run.workflow.name} #${run.number}`, `${notice}<table>${rows}</table>${jobs}`);
  },
};

function jobHtml(run: Run, job: Run['jobs'][number], nowMs: number): string {
  const phase = phaseAt(run, nowMs);
  const state = phase.status === 'completed' ? conclusionOf(run, job, phase) : phase.status;
  const log = logText(run, job, nowMs) ?? '';
  return `<h2>${escaped(job.name)}: ${escaped(state)}</h2><pre>${escaped(log)}</pre>`;
}
