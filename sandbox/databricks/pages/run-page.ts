import type { Action } from '../../kit/action.ts';
import { escaped, page, table, time } from '../../kit/page.ts';
import { findRun, type Run, type TaskRun } from '../jobs/run.ts';
import type { Workspace } from '../workspace.ts';
import { phaseHtml, taskSection } from './task-section.ts';

export const runPage: Action<Workspace> = {
  method: 'GET',
  path: '/jobs/:job/runs/:run',
  source: 'databricks/cli libs/workspaceurls for the path; the page is our own',
  handle: ({ state, params }) => {
    const found = findRun(state, Number(params['run']));
    if (!found || String(found.run.jobId) !== params['job']) {
      return page('Run not found', '<p>There is no such run in this sandbox.</p>', 404);
    }
    const { run } = found;
    const tasks = found.kind === 'task' ? [found.task] : run.tasks;
    const body = [about(run), overview(run, run.tasks), ...tasks.map(taskSection)].join('\n');
    return page(run.name, body);
  },
};

function about(run: Run): string {
  const { gitSource } = run.plan;
  const rows: [string, string][] = [
    ['State', phaseHtml(run.phase)],
    ['Run', escaped(run.runId)],
    ['Run as', escaped(run.creator.name)],
    ['Started', escaped(time(run.startMs))],
    ['Ended', escaped(time(run.endMs))],
  ];
  if (gitSource) {
    const reference = gitSource.git_branch ?? gitSource.git_tag ?? gitSource.git_commit ?? '';
    rows.push(['Git', `${escaped(gitSource.git_url)} ${escaped(reference)}`]);
    rows.push(['Commit', escaped(run.usedCommit ?? '')]);
  }
  return table(['', ''], rows);
}

function overview(run: Run, tasks: readonly TaskRun[]): string {
  const rows = tasks.map((one) => {
    const href = `/jobs/${run.jobId}/runs/${one.runId}`;
    const key = `<a href="${escaped(href)}">${escaped(one.task.task_key)}</a>`;
    const attempt = one.attempt > 0 ? ` <span class="dim">attempt ${one.attempt + 1}</span>` : '';
    const after = one.task.depends_on.map((on) => on.task_key).join(', ');
    const { path } = one.task.work;
    return [key + attempt, phaseHtml(one.phase), escaped(path), escaped(after)];
  });
  return `<h2>Tasks</h2>${table(['Task', 'State', 'Notebook', 'After'], rows)}`;
}
