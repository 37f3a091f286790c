import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { invalidParameter } from '../api-error.ts';
import { Flag, Int, inputOf } from '../input.ts';
import { pageOf } from '../page-of.ts';
import { accessToRun, mayUseJob } from '../permissions/job-access.ts';
import type { Workspace } from '../workspace.ts';
import { jobsAction } from './api-version.ts';
import type { Run } from './run.ts';
import { runJson } from './run-json.ts';

const ListRuns = z.looseObject({
  active_only: Flag.default(false),
  completed_only: Flag.default(false),
  expand_tasks: Flag.default(false),
  job_id: Int.optional(),
  run_type: z.enum(['JOB_RUN', 'SUBMIT_RUN', 'WORKFLOW_RUN']).optional(),
  start_time_from: Int.optional(),
  start_time_to: Int.optional(),
  limit: Int.default(20),
  page_token: z.string().optional(),
});
type ListRuns = z.infer<typeof ListRuns>;

/** 0 asks for the most there is. Source: databricks-sdk-py service/jobs.py (older specifications). */
const MAX_LIMIT = 25;

export const runsList: Action<Workspace> = {
  method: 'GET',
  path: '/api/:version/jobs/runs/list',
  source: 'databricks-sdk-py service/jobs.py, JobsAPI.list_runs: descending by start time',
  handle: jobsAction(async (call, principal) => {
    const wanted = await inputOf(call, ListRuns);
    const { limit, page_token, expand_tasks } = wanted;
    if (limit < 0 || limit > MAX_LIMIT) throw invalidParameter('limit must be between 0 and 25');
    if (wanted.active_only && wanted.completed_only) {
      throw invalidParameter('active_only and completed_only cannot both be true');
    }
    // Run ids increase, so they are the order of the starts.
    const runs = [...call.state.runs.values()]
      .filter((run) => isWanted(run, wanted))
      .filter((run) => mayUseJob(call.state, principal, accessToRun(run), 'CAN_VIEW'))
      .toSorted((a, b) => b.runId - a.runId);
    const { items, next } = pageOf(runs, limit || MAX_LIMIT, page_token, (run) => run.runId);
    const shown = items.map((run) => runJson(call.state, run, expand_tasks ? run.tasks : null));
    return Response.json({
      ...(shown.length > 0 && { runs: shown }),
      has_more: next !== null,
      ...(next && { next_page_token: next }),
    });
  }),
};

function isWanted(run: Run, wanted: ListRuns): boolean {
  const ended = run.phase.kind === 'ended';
  const type = run.job ? 'JOB_RUN' : 'SUBMIT_RUN';
  const unwanted = [
    wanted.active_only && ended,
    wanted.completed_only && !ended,
    run.jobId !== (wanted.job_id ?? run.jobId),
    type !== (wanted.run_type ?? type),
    run.startMs < (wanted.start_time_from ?? 0),
    run.startMs > (wanted.start_time_to ?? Number.POSITIVE_INFINITY),
  ];
  return !unwanted.includes(true);
}
