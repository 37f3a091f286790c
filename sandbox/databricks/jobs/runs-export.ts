import { basename } from 'node:path';

import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { htmlOf } from '../../kit/page.ts';
import { invalidParameter } from '../api-error.ts';
import { Int, inputOf } from '../input.ts';
import { taskSection } from '../pages/task-section.ts';
import type { Workspace } from '../workspace.ts';
import { jobsAction } from './api-version.ts';
import { runFor, type TaskRun } from './run.ts';

const ExportRun = z.looseObject({
  run_id: Int,
  views_to_export: z.enum(['CODE', 'DASHBOARDS', 'ALL']).default('CODE'),
});

export const runsExport: Action<Workspace> = {
  method: 'GET',
  path: '/api/:version/jobs/runs/export',
  source: 'databricks-sdk-py service/jobs.py, JobsAPI.export_run; the page and the texts are ours',
  handle: jobsAction(async (call, principal) => {
    const { run_id: runId, views_to_export: views } = await inputOf(call, ExportRun);
    const found = runFor(call.state, principal, { runId, needed: 'CAN_VIEW' });
    const task = found.kind === 'task' ? found.task : onlyTask(found.run.tasks);
    // The sandbox has no dashboards.
    return Response.json(views === 'DASHBOARDS' ? {} : { views: [viewOf(task)] });
  }),
};

function onlyTask(tasks: readonly TaskRun[]): TaskRun {
  const [task, ...more] = tasks;
  if (task && more.length === 0) return task;
  throw invalidParameter('A run with several tasks cannot be exported: export its task runs');
}

function viewOf(task: TaskRun) {
  const { work } = task.task;
  if (work.kind !== 'notebook') throw invalidParameter('Only runs of notebooks can be exported');
  const name = basename(work.path);
  return { content: htmlOf(name, taskSection(task)), name, type: 'NOTEBOOK' };
}
