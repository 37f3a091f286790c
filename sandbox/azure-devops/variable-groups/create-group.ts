import type { Action, Call } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { authorizationOf } from '../permissions/authorizations.ts';
import { requireLibraryRight } from '../permissions/rights.ts';
import { parsed } from '../pipelines/run-parameters.ts';
import { respond } from '../respond.ts';
import type { AzureDevops } from '../state.ts';
import { groupJson } from './group-json.ts';
import { GroupParameters, readGroup } from './read-group.ts';

async function create(call: Call<AzureDevops>): Promise<Response> {
  const { state } = call;
  const caller = await enter(call);
  requireLibraryRight(call, caller, 'Create');
  const body = parsed(GroupParameters, await call.json());
  const variables = readGroup(state, body, null);
  state.lastGroupId += 1;
  const group = {
    id: state.lastGroupId,
    name: body.name,
    description: body.description ?? '',
    variables,
    createdBy: caller,
    createdAtMs: call.now(),
    modifiedBy: caller,
    modifiedAtMs: call.now(),
  };
  state.groups.push(group);
  // Nobody may use what was made over the API until somebody lets them.
  authorizationOf(state, 'variablegroup', String(group.id)).all = false;
  return respond(call, caller, groupJson(state, group));
}

export const createGroup: Action<AzureDevops> = {
  method: 'POST',
  path: '/:org/_apis/distributedtask/variablegroups',
  source: 'vsts-rest-api-specs, specification/distributedTask/7.1, Variablegroups_Add',
  handle: create,
};

/** Where the group was created before version 6, and still can be. */
export const createGroupInProject: Action<AzureDevops> = {
  method: 'POST',
  path: '/:org/:project/_apis/distributedtask/variablegroups',
  source: 'test_variable_group of Azure/azure-devops-cli-extension, a recording',
  handle: create,
};
