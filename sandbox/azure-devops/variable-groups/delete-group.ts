import type { Action, Call } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { requireLibraryRight } from '../permissions/rights.ts';
import { standardHeaders } from '../respond.ts';
import type { AzureDevops } from '../state.ts';
import { findGroup } from './find-group.ts';

async function remove(call: Call<AzureDevops>): Promise<Response> {
  const { groups } = call.state;
  const caller = await enter(call);
  const group = findGroup(call);
  requireLibraryRight(call, caller, 'Administer');
  groups.splice(groups.indexOf(group), 1);
  return new Response(null, { status: 204, headers: standardHeaders(caller) });
}

export const deleteGroup: Action<AzureDevops> = {
  method: 'DELETE',
  path: '/:org/_apis/distributedtask/variablegroups/:group',
  source: 'vsts-rest-api-specs, specification/distributedTask/7.1, Variablegroups_Delete',
  handle: remove,
};

/** Where a group was deleted before version 6, and still can be. */
export const deleteGroupInProject: Action<AzureDevops> = {
  method: 'DELETE',
  path: '/:org/:project/_apis/distributedtask/variablegroups/:group',
  source: 'test_variable_group of Azure/azure-devops-cli-extension, a recording',
  handle: remove,
};
