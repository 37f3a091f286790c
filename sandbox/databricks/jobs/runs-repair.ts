import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { ApiError, invalidParameter } from '../api-error.ts';
import { Flag, Int, inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { jobsAction } from './api-version.ts';
import { repairRun } from './repair-run.ts';
import { type Run, runFor } from './run.ts';
import { GivenParameters, runParameters } from './run-parameters.ts';
import { tasksToRepair } from './tasks-to-repair.ts';

const Repair = GivenParameters.extend({
  run_id: Int,
  rerun_tasks: z.array(z.string()).optional(),
  rerun_all_failed_tasks: Flag.default(false),
  rerun_dependent_tasks: Flag.default(false),
  latest_repair_id: Int.optional(),
});

export const runsRepair: Action<Workspace> = {
  method: 'POST',
  path: '/api/:version/jobs/runs/repair',
  source: 'databricks-sdk-py service/jobs.py, JobsAPI.repair_run; the texts are ours',
  handle: jobsAction(async (call, principal) => {
    const order = await inputOf(call, Repair);
    const runId = order.run_id;
    const found = runFor(call.state, principal, { runId, needed: 'CAN_MANAGE_RUN' });
    if (found.kind === 'task') throw invalidParameter(`Run ${runId} is a task: repair its run`);
    const { run } = found;
    checkRepair(run, order.latest_repair_id);
    const keys = tasksToRepair(run, {
      failed: order.rerun_all_failed_tasks,
      named: order.rerun_tasks,
      dependents: order.rerun_dependent_tasks,
    });
    run.parameters = runParameters(run.job, order, run.parameters);
    return Response.json({ repair_id: repairRun(call.state, run, keys) });
  }),
};

function checkRepair(run: Run, latestRepairId: number | undefined): void {
  if (run.phase.kind !== 'ended') {
    throw new ApiError(400, 'INVALID_STATE', `Run ${run.runId} is in progress`);
  }
  const latest = run.rounds.at(-1)?.repairId ?? null;
  if (latestRepairId === (latest ?? undefined)) return;
  throw invalidParameter(
    latest === null
      ? `Run ${run.runId} has no repair yet: leave latest_repair_id out`
      : `latest_repair_id must be ${latest}, the latest repair of run ${run.runId}`,
  );
}
