import type { Action } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { requireLibraryRight } from '../permissions/rights.ts';
import { respond } from '../respond.ts';
import type { AzureDevops } from '../state.ts';
import { findGroup } from './find-group.ts';
import { groupJson } from './group-json.ts';

export const getGroup: Action<AzureDevops> = {
  method: 'GET',
  path: '/:org/:project/_apis/distributedtask/variablegroups/:group',
  source: 'vsts-rest-api-specs, specification/distributedTask/7.1, Variablegroups_Get',
  async handle(call) {
    const caller = await enter(call);
    requireLibraryRight(call, caller, 'View');
    return respond(call, caller, groupJson(call.state, findGroup(call)));
  },
};
