/** Something that can be subscribed to. */
export interface EventType {
  readonly id: string;
  readonly publisherId: 'tfs' | 'pipelines';
  readonly name: string;
  readonly description: string;
  /** The newest last. */
  readonly resourceVersions: readonly string[];
  readonly inputs: readonly Input[];
}

/** What events of a type can be told apart by; values may be any where none are named. */
export interface Input {
  readonly id: string;
  readonly name: string;
  readonly values: readonly string[];
}

const results = ['Canceled', 'Failed', 'Rejected', 'Skipped', 'Succeeded'];
const pipeline = input('pipelineId', 'Pipeline');

/** Source: docs/service-hooks/events.md of MicrosoftDocs/azure-devops-docs */
export const eventTypes: readonly EventType[] = [
  {
    id: 'build.complete',
    publisherId: 'tfs',
    name: 'Build completed',
    description: 'A build completes',
    resourceVersions: ['1.0-preview.1', '1.0', '2.0'],
    inputs: [
      input('definitionName', 'Build pipeline'),
      input('buildStatus', 'Build Status', [
        'Succeeded',
        'PartiallySucceeded',
        'Failed',
        'Stopped',
      ]),
    ],
  },
  {
    id: 'git.push',
    publisherId: 'tfs',
    name: 'Code pushed',
    description: 'Code is pushed to a Git repository',
    resourceVersions: ['1.0-preview.1', '1.0'],
    inputs: [
      input('repository', 'Repository'),
      input('branch', 'Branch'),
      input('pushedBy', 'Pushed by a member of group'),
    ],
  },
  {
    id: 'ms.vss-pipelines.run-state-changed-event',
    publisherId: 'pipelines',
    name: 'Run state changed',
    description: 'Overall status of a pipeline run changed',
    resourceVersions: ['5.1-preview.1'],
    inputs: [
      pipeline,
      input('runStateId', 'State', ['InProgress', 'Canceling', 'Completed']),
      input('runResultId', 'Result', ['Canceled', 'Failed', 'Succeeded']),
    ],
  },
  {
    id: 'ms.vss-pipelines.stage-state-changed-event',
    publisherId: 'pipelines',
    name: 'Run stage state changed',
    description: 'A stage of a pipeline run changed its state',
    resourceVersions: ['5.1-preview.1'],
    inputs: [
      pipeline,
      input('stageNameId', 'Stage'),
      input('stageStateId', 'State', ['NotStarted', 'Waiting', 'Running', 'Completed']),
      input('stageResultId', 'Result', results),
    ],
  },
  {
    id: 'ms.vss-pipelines.job-state-changed-event',
    publisherId: 'pipelines',
    name: 'Run job state changed',
    description: 'A job of a pipeline run changed its state',
    resourceVersions: ['5.1-preview.1'],
    inputs: [
      pipeline,
      input('stageNameId', 'Stage'),
      input('jobNameId', 'Job'),
      input('jobStateId', 'State', ['Waiting', 'Running', 'Completed']),
      input('jobResultId', 'Result', results),
    ],
  },
];

/** Source: the recorded example of hooks/publishers in vsts-rest-api-specs */
export const publishers = [
  {
    id: 'tfs',
    name: 'Azure DevOps Services',
    description: 'Publishes Azure DevOps Services events',
  },
  { id: 'pipelines', name: 'Azure Pipelines', description: 'Publishes Azure Pipelines events' },
] as const;

/** What a web hook is told. Source: docs/service-hooks/consumers.md of azure-devops-docs */
export const consumerInputs: readonly Input[] = [
  input('url', 'URL'),
  input('acceptUntrustedCerts', 'Accept untrusted SSL certificates', ['true', 'false']),
  input('basicAuthUsername', 'Basic authentication username'),
  input('basicAuthPassword', 'Basic authentication password'),
  input('httpHeaders', 'HTTP headers'),
  input('resourceDetailsToSend', 'Resource details to send', ['all', 'minimal', 'none']),
  input('messagesToSend', 'Messages to send', ['all', 'text', 'html', 'markdown', 'none']),
  input('detailedMessagesToSend', 'Detailed messages to send', [
    'all',
    'text',
    'html',
    'markdown',
    'none',
  ]),
];

function input(id: string, name: string, values: readonly string[] = []): Input {
  return { id, name, values };
}
