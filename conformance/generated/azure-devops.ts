import type { Scene } from '../scene.ts';
import { lacks } from './lacks.ts';
import { latest } from './learned.ts';
import { step } from './step.ts';
import type { Target } from './target.ts';

export const azureDevops: Target = {
  service: 'azure-devops',
  host: () => 'dev.azure.com',
  credential,
  plausible: ({ azureDevops: { organization, project, repository }, pipelines }) => ({
    org: [organization, organization.toUpperCase()],
    organization: [organization],
    project: [project, project, project, 'none'],
    repo: [repository],
    repository: [repository],
    repositoryId: [repository],
    pipeline: [pipelines.nothing, 99_999],
    pipelineId: [pipelines.nothing, 99_999],
    definition: [pipelines.nothing, 99_999],
    run: [latest('run'), 99_999],
    build: [latest('run'), latest('run'), 99_999],
    buildId: [latest('run')],
    tag: ['one'],
    log: [1, 2, 99],
    id: [1, 2],
    group: [1, 99],
    area: ['build', 'pipelines', 'Location', 'none'],
    'api-version': ['7.1', '7.1', '7.1', '7.1-preview.1', '1', '99.9'],
    branchName: ['refs/heads/main'],
    $top: [1, 0, 1000],
    filter: ['heads/', 'x'],
    rest: ['info/refs'],
    service: ['git-upload-pack', 'git-receive-pack', 'git-x'],
    status: ['cancelling', 4, 'x'],
  }),
  before: (scene) => [
    step('POST', runsOf(scene), {}, { credential: credential(scene), learn: { run: 'id' } }),
  ],
  bodies: ({ pipelines, azureDevops: { project } }) => ({
    '/:org/:project/_apis/pipelines/:pipeline/runs': {
      resources: { repositories: { self: { refName: 'refs/heads/none' } } },
      templateParameters: { who: 'x', loud: 'false' },
      variables: { v: { value: 'w', isSecret: false } },
      stagesToSkip: ['none'],
    },
    '/:org/:project/_apis/pipelines/:pipeline/preview': {
      previewRun: true,
      yamlOverride: 'steps:\n- bash: echo 1\n',
      templateParameters: { who: 'x' },
    },
    '/:org/:project/_apis/build/builds': {
      definition: { id: pipelines.nothing },
      sourceBranch: 'refs/heads/none',
      parameters: "{'a': 'b'}",
    },
    '/:org/_apis/distributedtask/variablegroups': {
      name: 'generated',
      type: 'Vsts',
      description: 'd',
      variables: { a: { value: 'b', isSecret: true } },
      variableGroupProjectReferences: [{ name: 'generated', projectReference: { name: project } }],
    },
  }),
  sends: 'json',
  query: { 'api-version': '7.1' },
  // Source: azure-devops reference, traps: a pipeline that there is not is answered with a 500.
  fails: ({ json }) => json?.['typeKey'] === 'PipelineNotFoundException',
  wrongWith({ status, type, text, json, request }) {
    if (status === 404 && text.startsWith('The controller for path')) return null;
    // git itself, and people with a browser, get words.
    if (request.path.includes('/_git/') && !type.includes('json')) return null;
    if (type.startsWith('text/html')) return null;
    return lacks(json, { $id: 'string', message: 'string', typeKey: 'string' });
  },
};

function credential({ azureDevops: { token } }: Scene) {
  return { authorization: `Basic ${Buffer.from(`:${token}`).toString('base64')}` };
}

function runsOf({ azureDevops: { organization, project }, pipelines }: Scene): string {
  return `/${organization}/${project}/_apis/pipelines/${pipelines.nothing}/runs?api-version=7.1`;
}
