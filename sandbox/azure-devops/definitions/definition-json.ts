import { agentTime } from '../../pipelines/runs/agent-time.ts';
import { definitionReference, queueReference, repositoryReference } from '../build/build-json.ts';
import { linksOf } from '../links.ts';
import type { AzureDevops, Definition } from '../state.ts';

/** A definition as lists have it. */
export function definitionJson(state: AzureDevops, definition: Definition) {
  const links = linksOf(state);
  return {
    _links: {
      self: { href: links.definition(definition.id, definition.revision) },
      web: { href: links.pipelineWeb(definition.id) },
    },
    quality: 'definition',
    queue: queueReference,
    ...definitionReference(state, definition),
    createdDate: agentTime(state.openedAtMs),
  };
}

/**
 * A definition as it is asked for alone. Its trigger comes from the file; secrets have no value.
 * Source: test_pipeline_create_and_variables_test of Azure/azure-devops-cli-extension, a recording
 */
export function fullDefinitionJson(state: AzureDevops, definition: Definition) {
  const variables = definition.variables.map(
    ({ name, value, secret, settableAtQueueTime }) =>
      [
        name,
        {
          value: secret ? null : value,
          ...(secret && { isSecret: true }),
          ...(settableAtQueueTime && { allowOverride: true }),
        },
      ] as const,
  );
  return {
    ...definitionJson(state, definition),
    triggers: [
      {
        branchFilters: [],
        pathFilters: [],
        settingsSourceType: 2,
        batchChanges: false,
        maxConcurrentBuildsPerBranch: 1,
        triggerType: 'continuousIntegration',
      },
    ],
    variables: Object.fromEntries(variables),
    process: { yamlFilename: definition.path.slice(1), type: 2 },
    repository: {
      ...repositoryReference(state, definition),
      defaultBranch: `refs/heads/${definition.hosted.repository.defaultBranch}`,
      properties: {},
    },
    jobAuthorizationScope: 'project',
    jobTimeoutInMinutes: 60,
    jobCancelTimeoutInMinutes: 5,
  };
}
