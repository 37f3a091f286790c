import { type Problems, unsupported } from '../yaml/problems.ts';
import type { Position, Tree } from '../yaml/tree.ts';
import { type Fields, readFields } from './fields.ts';
import type { DownloadStep, PublishStep } from './pipeline.ts';
import { commonKeys, readCommon, type StepRead, unrestricted } from './read-common.ts';

/** `publish:`. Source: steps-publish.md of MicrosoftDocs/azure-devops-yaml-schema */
export function readPublish(tree: Tree, problems: Problems): StepRead {
  const known = [...commonKeys, 'publish', 'artifact'];
  const fields = readFields(tree, { known }, problems);
  if (!fields) return null;
  const path = fields.text('publish') ?? '';
  const artifact = fields.text('artifact') ?? '';
  return publishStep(fields, { task: 'PublishPipelineArtifact', path, artifact }, problems);
}

/** `download:`, of this run. Source: steps-download.md of MicrosoftDocs/azure-devops-yaml-schema */
export function readDownload(tree: Tree, problems: Problems): StepRead {
  const known = [...commonKeys, 'download', 'artifact', 'patterns', 'path'];
  const fields = readFields(tree, { known }, problems);
  if (!fields) return null;
  const source = fields.text('download') ?? '';
  if (source.toLowerCase() === 'none') return 'no download';
  if (source.toLowerCase() !== 'current') {
    const message = unsupported(`'download: ${source}': it has the artifacts of the run itself`);
    problems.add(fields.tree('download')?.at ?? tree.at, message);
  }
  const artifact = fields.text('artifact') ?? '';
  const workspace = '$(Pipeline.Workspace)';
  const usual = artifact === '' ? workspace : `${workspace}/${artifact}`;
  const path = fields.text('path') ?? usual;
  return downloadStep(fields, { artifact, patterns: fields.text('patterns'), path }, problems);
}

const publishShape = {
  known: [
    ...both('path', 'targetPath'),
    ...both('artifactName', 'artifact'),
    'artifactType',
    'publishLocation',
    'parallel',
    'parallelCount',
    'properties',
  ],
  refused: ['fileSharePath'],
};

/** Source: task.json of PublishPipelineArtifactV1 in microsoft/azure-pipelines-tasks */
export function publishPipelineArtifactTask(fields: Fields, problems: Problems): StepRead {
  const inputs = readFields(fields.tree('inputs'), publishShape, problems);
  checkIs(inputs, ['artifactType', 'publishLocation'], 'pipeline', problems);
  const path = either(inputs, 'path', 'targetPath') ?? '$(Pipeline.Workspace)';
  const artifact = either(inputs, 'artifactName', 'artifact') ?? '';
  return publishStep(fields, { task: 'PublishPipelineArtifact', path, artifact }, problems);
}

const buildArtifactsShape = {
  known: [
    'PathtoPublish',
    'ArtifactName',
    'ArtifactType',
    'publishLocation',
    'Parallel',
    'ParallelCount',
    'MaxArtifactSize',
  ],
  refused: ['TargetPath', 'StoreAsTar'],
};

/** Source: task.json of PublishBuildArtifactsV1 in microsoft/azure-pipelines-tasks */
export function publishBuildArtifactsTask(fields: Fields, problems: Problems): StepRead {
  const inputs = readFields(fields.tree('inputs'), buildArtifactsShape, problems);
  checkIs(inputs, ['ArtifactType', 'publishLocation'], 'container', problems);
  const path = inputs?.text('PathtoPublish') ?? '$(Build.ArtifactStagingDirectory)';
  const artifact = inputs?.text('ArtifactName') ?? 'drop';
  return publishStep(fields, { task: 'PublishBuildArtifacts', path, artifact }, problems);
}

const downloadShape = {
  known: [
    ...both('source', 'buildType'),
    ...both('artifact', 'artifactName'),
    ...both('patterns', 'itemPattern'),
    'path',
    'targetPath',
    'downloadPath',
  ],
  refused: [
    'project',
    'pipeline',
    'definition',
    'preferTriggeringPipeline',
    'specificBuildWithTriggering',
    'runVersion',
    'buildVersionToDownload',
    'runBranch',
    'branchName',
    'runId',
    'pipelineId',
    'buildId',
    'tags',
    'allowPartiallySucceededBuilds',
    'allowFailedBuilds',
  ],
};

/** Source: task.json of DownloadPipelineArtifactV2 in microsoft/azure-pipelines-tasks */
export function downloadPipelineArtifactTask(fields: Fields, problems: Problems): StepRead {
  const inputs = readFields(fields.tree('inputs'), downloadShape, problems);
  checkIs(inputs, ['source', 'buildType'], 'current', problems);
  const path =
    inputs?.text('path') ?? either(inputs, 'targetPath', 'downloadPath') ?? '$(Pipeline.Workspace)';
  const artifact = either(inputs, 'artifact', 'artifactName') ?? '';
  const patterns = either(inputs, 'patterns', 'itemPattern');
  return downloadStep(fields, { artifact, patterns, path }, problems);
}

/** What a deployment begins with unless it says otherwise: all artifacts of the run. */
export function implicitDownload(at: Position): DownloadStep {
  return {
    kind: 'download',
    at,
    name: '',
    displayName: 'Download Artifact',
    condition: null,
    continueOnError: false,
    env: [],
    timeoutMinutes: null,
    retries: 0,
    restrictions: unrestricted,
    artifact: '',
    patterns: [],
    path: '$(Pipeline.Workspace)',
  };
}

function publishStep(
  fields: Fields,
  { task, path, artifact }: Pick<PublishStep, 'task' | 'path' | 'artifact'>,
  problems: Problems,
): StepRead {
  const base = readCommon(fields, task, problems);
  if (base === 'disabled') return base;
  return { ...base, kind: 'publish', task, path, artifact };
}

interface Download {
  readonly artifact: string;
  readonly patterns: string | undefined;
  readonly path: string;
}

function downloadStep(
  fields: Fields,
  { artifact, patterns = '', path }: Download,
  problems: Problems,
): StepRead {
  const base = readCommon(fields, 'DownloadPipelineArtifact', problems);
  if (base === 'disabled') return base;
  const lines = patterns.split('\n').map((line) => line.trim());
  return {
    ...base,
    kind: 'download',
    artifact,
    patterns: lines.filter((line) => line !== ''),
    path,
  };
}

function both(one: string, other: string): readonly string[] {
  return [one, other];
}

function either(inputs: Fields | null, one: string, other: string): string | undefined {
  return inputs?.text(one) ?? inputs?.text(other);
}

function checkIs(
  inputs: Fields | null,
  names: readonly string[],
  only: string,
  problems: Problems,
): void {
  for (const name of names) {
    const written = inputs?.text(name);
    if (written === undefined || written.toLowerCase() === only) continue;
    problems.add(inputs?.tree(name)?.at ?? null, unsupported(`'${name}: ${written}'`));
  }
}
