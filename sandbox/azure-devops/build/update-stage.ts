import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { requireBuildRight } from '../permissions/rights.ts';
import { parsed } from '../pipelines/run-parameters.ts';
import { standardHeaders } from '../respond.ts';
import { findVisibleBuild } from '../runs/find-run.ts';
import type { AzureDevops, Run } from '../state.ts';
import { buildError } from '../vss-error.ts';

/** Source: UpdateStageParameters in specification/build/7.1; clients' libraries send the number */
const StageUpdate = z.object({
  state: z.union([z.string(), z.number()]),
  forceRetryAllJobs: z.boolean().nullish(),
});

/** Cancels a stage, or runs one that has failed again. */
export const updateStage: Action<AzureDevops> = {
  method: 'PATCH',
  path: '/:org/:project/_apis/build/builds/:build/stages/:stage',
  source: 'vsts-rest-api-specs, specification/build/7.1, Stages_Update',
  async handle(call) {
    const caller = await enter(call);
    const run = findVisibleBuild(call, caller);
    const { state, forceRetryAllJobs } = parsed(StageUpdate, await call.json());
    const asked = String(state).toLowerCase();
    const stage = findStage(run, call.params['stage'] ?? '');
    if (asked === 'cancel' || asked === '0') {
      requireBuildRight(call, caller, 'StopBuilds', run.definition);
      run.running?.cancelStage(stage);
    } else if (asked === 'retry' || asked === '1') {
      requireBuildRight(call, caller, 'QueueBuilds', run.definition);
      const isStarted = run.running?.retry([stage], { allJobs: forceRetryAllJobs ?? false });
      if (isStarted !== true) throw notRetried(stage.name);
    } else {
      throw buildError(400, 'ArgumentException', `The state '${state}' of a stage is not valid.`);
    }
    return new Response(null, { status: 200, headers: standardHeaders(caller) });
  },
};

/** @throws {VssError} the run has no such stage */
function findStage({ record, stages }: Run, name: string) {
  const found = stages.find((stage) => stage.name.toLowerCase() === name.toLowerCase());
  if (found) return found;
  const message = `The stage '${name}' of build ${record.id} could not be found.`;
  throw buildError(404, 'StageNotFoundException', message);
}

function notRetried(name: string) {
  const message = `The stage '${name}' cannot be retried: it has not failed, or its run goes on.`;
  return buildError(400, 'InvalidStageStateException', message);
}
