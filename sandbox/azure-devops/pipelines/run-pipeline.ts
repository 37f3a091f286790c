import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { requireQueueRights } from '../permissions/rights.ts';
import { respond } from '../respond.ts';
import { findVisiblePipeline } from '../runs/find-run.ts';
import { startRun } from '../runs/start-run.ts';
import type { AzureDevops } from '../state.ts';
import { previewOf } from './preview.ts';
import { fullRunJson } from './run-json.ts';
import { parsed, RunPipelineParameters, runRequestOf } from './run-parameters.ts';

export const runPipeline: Action<AzureDevops> = {
  method: 'POST',
  path: '/:org/:project/_apis/pipelines/:pipeline/runs',
  source: 'vsts-rest-api-specs, specification/pipelines/7.1, Runs_RunPipeline',
  async handle(call) {
    const { state } = call;
    const caller = await enter(call);
    const definition = findVisiblePipeline(call, caller);
    const body = parsed(RunPipelineParameters, await call.json());
    if (body.previewRun === true) {
      return respond(call, caller, await previewOf(state, definition, caller, body));
    }
    const asked = runRequestOf(body);
    requireQueueRights(call, caller, definition, asked.variables.length > 0);
    for (const { secret, value } of asked.variables) if (secret) state.tools.hidden.add(value);
    const common = { definition, reason: 'manual', requestedFor: caller } as const;
    const run = await startRun(state, { ...common, ...asked });
    return respond(call, caller, fullRunJson(state, run));
  },
};
