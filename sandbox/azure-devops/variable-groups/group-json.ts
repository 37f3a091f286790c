import { agentTime } from '../../pipelines/runs/agent-time.ts';
import { identityRef } from '../identity.ts';
import type { AzureDevops, VariableGroup } from '../state.ts';

/**
 * A variable group; the values of its secrets cannot be read, by anybody.
 * Source: test_variable_group of Azure/azure-devops-cli-extension, a recording
 */
export function groupJson(state: AzureDevops, group: VariableGroup) {
  const variables = group.variables.map(
    ({ name, value, secret, readonly }) =>
      [
        name,
        {
          value: secret ? null : value,
          ...(secret && { isSecret: true }),
          ...(readonly && { isReadOnly: true }),
        },
      ] as const,
  );
  return {
    variables: Object.fromEntries(variables),
    id: group.id,
    type: 'Vsts',
    name: group.name,
    description: group.description,
    createdBy: identityRef(group.createdBy, state.organization),
    createdOn: agentTime(group.createdAtMs),
    modifiedBy: identityRef(group.modifiedBy, state.organization),
    modifiedOn: agentTime(group.modifiedAtMs),
    isShared: false,
    variableGroupProjectReferences: null,
  };
}
