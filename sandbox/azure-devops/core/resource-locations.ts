import type { Action, Call } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { listed, respond } from '../respond.ts';
import type { AzureDevops } from '../state.ts';

type Location = readonly [
  area: string,
  resource: string,
  id: string,
  route: string,
  version: number,
];

/** Source: test_invoke_command_basic of Azure/azure-devops-cli-extension, a recording */
const locations: readonly Location[] = [
  [
    'Location',
    'ResourceAreas',
    'e81700f7-3be2-46de-8624-2eb35882fcaa',
    '_apis/{resource}/{areaId}',
    1,
  ],
  ['Location', 'ConnectionData', '00d9565f-ed9c-4a06-9a50-00e7896ccab4', '_apis/{resource}', 1],
  ['core', 'projects', '603fe2ac-9723-48b9-88ad-09305aa6c6e1', '_apis/{resource}/{*projectId}', 4],
  [
    'pipelines',
    'pipelines',
    '28e1305e-2afe-47bf-abaf-cbb0e6a91988',
    '{project}/_apis/{area}/{pipelineId}',
    1,
  ],
  [
    'pipelines',
    'runs',
    '7859261e-d2e9-4a68-b820-a5d84cc5bb3d',
    '{project}/_apis/{area}/{pipelineId}/{resource}/{runId}',
    1,
  ],
  [
    'pipelines',
    'preview',
    '53df2d18-29ea-46a9-bee0-933540f80abf',
    '{project}/_apis/{area}/{pipelineId}/{resource}',
    1,
  ],
  [
    'pipelines',
    'logs',
    'fb1b6d27-3957-43d5-a14b-a2d70403e545',
    '{project}/_apis/{area}/{pipelineId}/runs/{runId}/{resource}/{logId}',
    1,
  ],
  [
    'build',
    'Builds',
    '0cd358e1-9217-4d94-8269-1c1ee6f93dcf',
    '{project}/_apis/build/{resource}/{buildId}',
    7,
  ],
  [
    'build',
    'Timeline',
    '8baac422-4c6e-4de5-8532-db96d92acffa',
    '{project}/_apis/build/builds/{buildId}/{resource}/{timelineId}',
    2,
  ],
  [
    'build',
    'logs',
    '35a80daf-7f30-45fc-86e8-6b813d9c90df',
    '{project}/_apis/build/builds/{buildId}/{resource}/{logId}',
    2,
  ],
  [
    'build',
    'tags',
    '6e6114b2-8161-44c8-8f6c-c5505782427f',
    '{project}/_apis/build/builds/{buildId}/{resource}/{*tag}',
    3,
  ],
  [
    'build',
    'Definitions',
    'dbeaf647-6167-421a-bda9-c9327b25e2e6',
    '{project}/_apis/build/{resource}/{definitionId}',
    7,
  ],
  [
    'distributedtask',
    'variablegroups',
    'f5b09dd5-9d54-45a1-8b5a-1c8287d634cc',
    '{project}/_apis/{area}/{resource}/{groupId}',
    2,
  ],
  [
    'distributedtask',
    'variablegroups',
    'ef5b7057-ffc3-4c77-bbad-c10b4a4abcc7',
    '_apis/{area}/{resource}/{groupId}',
    2,
  ],
  [
    'git',
    'repositories',
    '225f7195-f9c7-4d14-ab28-a83f7ff77e1f',
    '{project}/_apis/{area}/{resource}/{repositoryId}',
    1,
  ],
  [
    'git',
    'refs',
    '2d874a60-a811-4f62-9c9f-963a6ea0a55b',
    '{project}/_apis/{area}/repositories/{repositoryId}/{resource}/{*filter}',
    1,
  ],
];

async function list(call: Call<AzureDevops>): Promise<Response> {
  const caller = await enter(call);
  const asked = call.params['area']?.toLowerCase();
  const found = locations.filter(([area]) => asked === undefined || area.toLowerCase() === asked);
  const shown = found.map(([area, resourceName, id, routeTemplate, resourceVersion]) => ({
    id,
    area,
    resourceName,
    routeTemplate,
    resourceVersion,
    minVersion: '1.0',
    maxVersion: '7.2',
    releasedVersion: '7.1',
  }));
  return respond(call, caller, listed(shown));
}

/** Where everything is found, as the Python client asks for it. */
export const allLocations: Action<AzureDevops> = {
  method: 'OPTIONS',
  path: '/:org/_apis',
  source: 'azure-devops 7.1.0b4 (Python) against a recording server',
  handle: list,
};

/** Where one area is found, as the Node client asks for it. */
export const areaLocations: Action<AzureDevops> = {
  method: 'OPTIONS',
  path: '/:org/_apis/:area',
  source: 'azure-devops-node-api 17.0.1 against a recording server',
  handle: list,
};
