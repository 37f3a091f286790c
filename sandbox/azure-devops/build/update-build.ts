import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { requireBuildRight } from '../permissions/rights.ts';
import { parsed } from '../pipelines/run-parameters.ts';
import { respond } from '../respond.ts';
import { findVisibleBuild } from '../runs/find-run.ts';
import type { AzureDevops, Run } from '../state.ts';
import { buildError, VssError } from '../vss-error.ts';
import { buildJson } from './build-json.ts';

// The vendor's own client for Node sends the number of the status, and the service takes both.
const BuildUpdate = z.object({ status: z.union([z.string(), z.number()]).nullish() });

/** Source: BuildStatus in azure-devops-node-api, interfaces/BuildInterfaces.js */
const CANCELLING = 4;

/** Cancels a run, or with `retry=true` runs what has failed of it again. */
export const updateBuild: Action<AzureDevops> = {
  method: 'PATCH',
  path: '/:org/:project/_apis/build/builds/:build',
  source: 'vsts-rest-api-specs, specification/build/7.1, Builds_UpdateBuild',
  async handle(call) {
    const caller = await enter(call);
    const run = findVisibleBuild(call, caller);
    if (call.url.searchParams.get('retry') === 'true') {
      requireBuildRight(call, caller, 'QueueBuilds', run.definition);
      retry(run);
      return respond(call, caller, buildJson(call.state, run));
    }
    requireBuildRight(call, caller, 'StopBuilds', run.definition);
    const { status } = parsed(BuildUpdate, await call.json());
    if (status !== CANCELLING && String(status).toLowerCase() !== 'cancelling') {
      const message = 'The sandbox changes nothing of a build but its status, to cancelling.';
      throw new VssError(400, 'InvalidBuildStatusException', message);
    }
    run.running?.cancel();
    return respond(call, caller, buildJson(call.state, run));
  },
};

/** @throws {VssError} nothing of it has failed, or it goes on */
function retry({ running, stages, record }: Run): void {
  if (running?.retry(stages, { allJobs: false }) === true) return;
  const message = `Build ${record.id} cannot be retried: nothing of it has failed, or it goes on.`;
  throw buildError(400, 'InvalidBuildStatusException', message);
}
