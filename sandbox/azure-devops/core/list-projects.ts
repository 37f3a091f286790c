import type { Action } from '../../kit/action.ts';
import { projectReference } from '../build/build-json.ts';
import { enter } from '../enter.ts';
import { listed, respond } from '../respond.ts';
import type { AzureDevops } from '../state.ts';

export const listProjects: Action<AzureDevops> = {
  method: 'GET',
  path: '/:org/_apis/projects',
  source: 'vsts-rest-api-specs, specification/core/7.1, Projects_List',
  async handle(call) {
    const caller = await enter(call);
    return respond(call, caller, listed([projectReference(call.state)]));
  },
};
