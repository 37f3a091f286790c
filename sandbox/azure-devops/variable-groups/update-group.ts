import type { Action, Call } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { requireLibraryRight } from '../permissions/rights.ts';
import { parsed } from '../pipelines/run-parameters.ts';
import { respond } from '../respond.ts';
import type { AzureDevops } from '../state.ts';
import { findGroup } from './find-group.ts';
import { groupJson } from './group-json.ts';
import { GroupParameters, readGroup } from './read-group.ts';

async function update(call: Call<AzureDevops>): Promise<Response> {
  const caller = await enter(call);
  const group = findGroup(call);
  requireLibraryRight(call, caller, 'Administer');
  const body = parsed(GroupParameters, await call.json());
  group.variables = readGroup(call.state, body, group);
  group.name = body.name;
  group.description = body.description ?? '';
  group.modifiedBy = caller;
  group.modifiedAtMs = call.now();
  return respond(call, caller, groupJson(call.state, group));
}

export const updateGroup: Action<AzureDevops> = {
  method: 'PUT',
  path: '/:org/_apis/distributedtask/variablegroups/:group',
  source: 'vsts-rest-api-specs, specification/distributedTask/7.1, Variablegroups_Update',
  handle: update,
};

/** Where a group was changed before version 6, and still can be. */
export const updateGroupInProject: Action<AzureDevops> = {
  method: 'PUT',
  path: '/:org/:project/_apis/distributedtask/variablegroups/:group',
  source: 'test_variable_group of Azure/azure-devops-cli-extension, a recording',
  handle: update,
};
