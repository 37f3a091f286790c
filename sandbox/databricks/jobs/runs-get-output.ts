import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import type { NotebookEnd } from '../../notebooks/run-notebook.ts';
import { invalidParameter } from '../api-error.ts';
import { Int, inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { jobsAction } from './api-version.ts';
import { type Run, runFor, type TaskRun } from './run.ts';
import { runJson, taskRunJson } from './run-json.ts';

export const runsGetOutput: Action<Workspace> = {
  method: 'GET',
  path: '/api/:version/jobs/runs/get-output',
  source:
    'databricks-sdk-py service/jobs.py, RunOutput; databricks-sdk-py issue 997 (400 for a parent)',
  handle: jobsAction(async (call, principal) => {
    const { run_id: runId } = await inputOf(call, z.looseObject({ run_id: Int }));
    const found = runFor(call.state, principal, { runId, needed: 'CAN_VIEW' });
    const task = found.kind === 'task' ? found.task : onlyTask(found.run);
    const metadata =
      found.kind === 'task'
        ? taskRunJson(call.state, found.run, task)
        : runJson(call.state, found.run, null);
    return Response.json({ metadata, ...outputOf(task) });
  }),
};

/** @throws {ApiError} 400, unless it is a run of one task without the word */
function onlyTask(run: Run): TaskRun {
  const last = run.tasks.at(-1);
  if (run.plan.isSingle && last) return last;
  throw invalidParameter(
    'Retrieving the output of runs with multiple tasks is not supported. ' +
      'Please retrieve the output of each individual task run instead.',
  );
}

/** Source: databricks-sdk-py service/jobs.py, RunOutput.logs: the last 5 MB, for Python files only. */
const MAX_LOG_CHARACTERS = 5 * 1024 * 1024;

function outputOf(attempt: TaskRun) {
  return { ...resultOf(attempt), ...(attempt.task.work.kind === 'python' && logsOf(attempt)) };
}

function logsOf({ cells }: TaskRun) {
  const text = cells.flatMap((cell) => cell.lines.map((line) => `${line.text}\n`)).join('');
  const logs = text.slice(-MAX_LOG_CHARACTERS);
  return { logs, logs_truncated: logs.length < text.length };
}

function resultOf({ notebookEnd: end, phase, task }: TaskRun) {
  const output = (exit: object) => task.work.kind === 'notebook' && { notebook_output: exit };
  switch (end?.kind) {
    case 'succeeded':
      return { ...output(exitOf(end)) };
    case 'failed':
    case 'died':
      return { ...output({}), error: end.error, error_trace: end.trace };
    case 'canceled':
    case 'timed-out':
    case undefined:
      return phase.kind === 'ended' && phase.outcome.message
        ? { error: phase.outcome.message }
        : {};
  }
}

/** Without a result where the notebook never called exit. */
function exitOf({ exit, truncated }: Extract<NotebookEnd, { kind: 'succeeded' }>) {
  return exit === null ? {} : { result: exit, truncated };
}
