import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { invalidParameter } from '../api-error.ts';
import { Int, inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { jobsAction } from './api-version.ts';
import { runWith, type TaskRun } from './run.ts';
import { taskRunJson } from './run-json.ts';

export const runsGetOutput: Action<Workspace> = {
  method: 'GET',
  path: '/api/:version/jobs/runs/get-output',
  source:
    'databricks-sdk-py service/jobs.py, RunOutput; databricks-sdk-py issue 997 (400 for a parent)',
  handle: jobsAction(async (call) => {
    const { run_id } = await inputOf(call, z.looseObject({ run_id: Int }));
    const found = runWith(call.state, run_id);
    if (found.kind === 'run') {
      throw invalidParameter(
        'Retrieving the output of runs with multiple tasks is not supported. ' +
          'Please retrieve the output of each individual task run instead.',
      );
    }
    const metadata = taskRunJson(call.state, found.run, found.task);
    return Response.json({ metadata, ...outputOf(found.task) });
  }),
};

function outputOf({ notebookEnd: end, phase }: TaskRun) {
  if (end?.kind === 'succeeded') {
    const { exit, truncated } = end;
    return { notebook_output: exit === null ? {} : { result: exit, truncated } };
  }
  if (end?.kind === 'failed') {
    return { notebook_output: {}, error: end.error, error_trace: end.trace };
  }
  if (phase.kind === 'ended' && phase.outcome.message) return { error: phase.outcome.message };
  return {};
}
