import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { requireBuildRight } from '../permissions/rights.ts';
import { listed, respond } from '../respond.ts';
import { findVisiblePipeline } from '../runs/find-run.ts';
import type { AzureDevops } from '../state.ts';
import { runJson } from './run-json.ts';

/** Source: vsts-rest-api-specs, Runs_List: "Gets top 10000 runs" */
const most = 10_000;

export const listRuns: Action<AzureDevops> = {
  method: 'GET',
  path: '/:org/:project/_apis/pipelines/:pipeline/runs',
  source: 'vsts-rest-api-specs, specification/pipelines/7.1, Runs_List',
  async handle(call) {
    const caller = await enter(call);
    const definition = findVisiblePipeline(call, caller);
    requireBuildRight(call, caller, 'ViewBuilds', definition);
    const runs = call.state.runs.filter((run) => run.definition === definition).toReversed();
    const shown = runs.slice(0, most).map((run) => runJson(call.state, run));
    return respond(call, caller, listed(shown));
  },
};
