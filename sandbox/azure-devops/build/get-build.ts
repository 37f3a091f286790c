import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { respond } from '../respond.ts';
import { findVisibleBuild } from '../runs/find-run.ts';
import type { AzureDevops } from '../state.ts';
import { buildJson } from './build-json.ts';

export const getBuild: Action<AzureDevops> = {
  method: 'GET',
  path: '/:org/:project/_apis/build/builds/:build',
  source: 'vsts-rest-api-specs, specification/build/7.1, Builds_Get',
  async handle(call) {
    const caller = await enter(call);
    const run = findVisibleBuild(call, caller);
    return respond(call, caller, buildJson(call.state, run));
  },
};
