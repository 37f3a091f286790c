import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { respond } from '../respond.ts';
import { findVisibleRun } from '../runs/find-run.ts';
import type { AzureDevops } from '../state.ts';
import { fullRunJson } from './run-json.ts';

export const getRun: Action<AzureDevops> = {
  method: 'GET',
  path: '/:org/:project/_apis/pipelines/:pipeline/runs/:run',
  source: 'vsts-rest-api-specs, specification/pipelines/7.1, Runs_Get',
  async handle(call) {
    const caller = await enter(call);
    const run = findVisibleRun(call, caller);
    return respond(call, caller, fullRunJson(call.state, run));
  },
};
