import { z } from 'zod';

import type { Action, Call } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { authorizationOf } from '../permissions/authorizations.ts';
import { requireLibraryRight } from '../permissions/rights.ts';
import { parsed } from '../pipelines/run-parameters.ts';
import { respond } from '../respond.ts';
import type { AzureDevops } from '../state.ts';
import { VssError } from '../vss-error.ts';
import { groupJson } from './group-json.ts';

/** Source: VariableGroupParameters in specification/distributedTask/7.1 of vsts-rest-api-specs */
const GroupParameters = z.object({
  name: z.string().min(1),
  description: z.string().nullish(),
  variables: z.record(
    z.string(),
    z.object({ value: z.string().nullish(), isSecret: z.boolean().nullish() }),
  ),
});

async function create(call: Call<AzureDevops>): Promise<Response> {
  const { state } = call;
  const caller = await enter(call);
  requireLibraryRight(call, caller, 'Create');
  const body = parsed(GroupParameters, await call.json());
  if (state.groups.some(({ name }) => name.toLowerCase() === body.name.toLowerCase())) {
    const message = `A variable group with the name '${body.name}' already exists.`;
    throw new VssError(409, 'VariableGroupExistsException', message);
  }
  const variables = Object.entries(body.variables).map(([name, { value, isSecret }]) => ({
    name,
    value: value ?? '',
    secret: isSecret ?? false,
    readonly: false,
  }));
  for (const { secret, value } of variables) if (secret) state.tools.hidden.add(value);
  const group = {
    id: state.groups.length + 1,
    name: body.name,
    description: body.description ?? '',
    variables,
    createdBy: caller,
    createdAtMs: call.now(),
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
