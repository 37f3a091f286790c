/** Where a resource is: its area, its name, its id, the template of its path, its version. */
export type Location = readonly [
  area: string,
  resource: string,
  id: string,
  route: string,
  version: number,
];

const inProject = '{project}/_apis/{area}/{resource}';
const ofBuild = '{project}/_apis/build/builds/{buildId}/{resource}';
const ofRun = '{project}/_apis/{area}/{pipelineId}/runs/{runId}/{resource}';
const ofRepository = '{project}/_apis/{area}/repositories/{repositoryId}/{resource}';
const ofHooks = '_apis/{area}/{resource}';

/**
 * Every resource that the vendor's clients can find in the sandbox.
 * Source: test_invoke_command_basic of Azure/azure-devops-cli-extension, a recording
 */
export const locations: readonly Location[] = [
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
  ['pipelines', 'logs', 'fb1b6d27-3957-43d5-a14b-a2d70403e545', `${ofRun}/{logId}`, 1],
  ['pipelines', 'artifacts', '85023071-bd5e-4438-89b0-2a5bf362a19d', ofRun, 1],
  [
    'pipelinePermissions',
    'pipelinePermissions',
    'b5b9a4a4-e6cd-4096-853c-ab7d8b0c4eb2',
    '{project}/_apis/pipelines/{resource}/{resourceType}/{resourceId}',
    1,
  ],
  [
    'build',
    'Builds',
    '0cd358e1-9217-4d94-8269-1c1ee6f93dcf',
    '{project}/_apis/build/{resource}/{buildId}',
    7,
  ],
  ['build', 'Timeline', '8baac422-4c6e-4de5-8532-db96d92acffa', `${ofBuild}/{timelineId}`, 2],
  ['build', 'logs', '35a80daf-7f30-45fc-86e8-6b813d9c90df', `${ofBuild}/{logId}`, 2],
  ['build', 'tags', '6e6114b2-8161-44c8-8f6c-c5505782427f', `${ofBuild}/{*tag}`, 3],
  ['build', 'artifacts', '1db06c96-014e-44e1-ac91-90b2d4b3e984', ofBuild, 5],
  ['build', 'stages', 'b8aac6c9-744b-46e1-88fc-3550969f9313', `${ofBuild}/{stageRefName}`, 1],
  [
    'build',
    'Definitions',
    'dbeaf647-6167-421a-bda9-c9327b25e2e6',
    '{project}/_apis/build/{resource}/{definitionId}',
    7,
  ],
  [
    'build',
    'authorizedresources',
    '398c85bc-81aa-4822-947c-a194a05f0fef',
    '{project}/_apis/build/{resource}',
    1,
  ],
  [
    'distributedtask',
    'variablegroups',
    'f5b09dd5-9d54-45a1-8b5a-1c8287d634cc',
    `${inProject}/{groupId}`,
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
    'serviceendpoint',
    'endpoints',
    'e85f1c62-adfc-4b74-b618-11a150fb195e',
    `${inProject}/{endpointId}`,
    4,
  ],
  ['git', 'repositories', '225f7195-f9c7-4d14-ab28-a83f7ff77e1f', `${inProject}/{repositoryId}`, 1],
  ['git', 'refs', '2d874a60-a811-4f62-9c9f-963a6ea0a55b', `${ofRepository}/{*filter}`, 1],
  ['git', 'pushes', 'ea98d07b-3c87-4971-8ede-a613694ffb55', `${ofRepository}/{pushId}`, 2],
  ['git', 'commits', 'c2570c3b-5b3f-41b8-98bf-5407bfde8d58', `${ofRepository}/{commitId}`, 2],
  ['git', 'items', 'fb93c0db-47ed-4a31-8c20-47552878fb44', `${ofRepository}/{*path}`, 1],
  [
    'hooks',
    'Subscriptions',
    'fc50d02a-849f-41fb-8af1-0a5216103269',
    `${ofHooks}/{subscriptionId}`,
    1,
  ],
  [
    'hooks',
    'Notifications',
    '0c62d343-21b0-4732-997b-017fde84dc28',
    '_apis/{area}/subscriptions/{subscriptionId}/{resource}/{notificationId}',
    1,
  ],
  [
    'hooks',
    'TestNotifications',
    '1139462c-7e27-4524-a997-31b9b73551fe',
    `${ofHooks}/{notificationId}`,
    1,
  ],
  ['hooks', 'Publishers', '1e83a210-5b53-43bc-90f0-d476a4e5d731', `${ofHooks}/{publisherId}`, 1],
  ['hooks', 'Consumers', '4301c514-5f34-4f5d-a145-f0ea7b5b7d19', `${ofHooks}/{consumerId}`, 1],
  [
    'Security',
    'Permissions',
    'dd3b8bd6-c7fc-4cbd-929a-933d9c011c9d',
    '_apis/{resource}/{securityNamespaceId}/{permissions}',
    2,
  ],
  [
    'Security',
    'PermissionEvaluationBatch',
    'cf1faa59-1b63-4448-bf04-13d981a46f5d',
    '_apis/security/{resource}',
    1,
  ],
];
