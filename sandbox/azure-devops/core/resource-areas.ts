import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { respond } from '../respond.ts';
import type { AzureDevops } from '../state.ts';

/** None: so clients find every area under the address they have already. */
export const resourceAreas: Action<AzureDevops> = {
  method: 'GET',
  path: '/:org/_apis/ResourceAreas',
  source: 'azure-devops-node-api 17.0.1 against a recording server',
  async handle(call) {
    const caller = await enter(call);
    return respond(call, caller, { count: 0, value: null });
  },
};
