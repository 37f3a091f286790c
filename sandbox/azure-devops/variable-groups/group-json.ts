import { agentTime } from '../../pipelines/runs/agent-time.ts';
import { identityRef } from '../identity.ts';
import type { AzureDevops, VariableGroup } from '../state.ts';

/**
 * A variable group; the values of its secrets cannot be read, by anybody.
 * Source: test_variable_group of Azure/azure-devops-cli-extension, a recording
 */
export function groupJson(state: AzureDevops, group: VariableGroup) {
  const variables = group.variables.map(
    ({ name, value, secret }) =>
      [name, secret ? { value: null, isSecret: true } : { value }] as const,
  );
  const by = identityRef(group.createdBy, state.organization);
  const on = agentTime(group.createdAtMs);
  return {
    variables: Object.fromEntries(variables),
    id: group.id,
    type: 'Vsts',
    name: group.name,
    description: group.description,
    createdBy: by,
    createdOn: on,
    modifiedBy: by,
    modifiedOn: on,
    isShared: false,
    variableGroupProjectReferences: null,
  };
}
