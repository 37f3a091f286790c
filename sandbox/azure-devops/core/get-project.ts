import type { Action } from '../../kit/action.ts';
import { projectReference } from '../build/build-json.ts';
import { enter } from '../enter.ts';
import { respond } from '../respond.ts';
import type { AzureDevops } from '../state.ts';

export const getProject: Action<AzureDevops> = {
  method: 'GET',
  path: '/:org/_apis/projects/:project',
  source: 'vsts-rest-api-specs, specification/core/7.1, Projects_Get',
  async handle(call) {
    const caller = await enter(call);
    return respond(call, caller, projectReference(call.state));
  },
};
