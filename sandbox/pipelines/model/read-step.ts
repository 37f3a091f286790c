import { type Problems, unsupported } from '../yaml/problems.ts';
import { entryOf, type Tree } from '../yaml/tree.ts';
import { type Fields, readFields } from './fields.ts';
import { isKnownTask } from './known-tasks.ts';
import {
  downloadPipelineArtifactTask,
  publishBuildArtifactsTask,
  publishPipelineArtifactTask,
  readDownload,
  readPublish,
} from './read-artifact-steps.ts';
import { azureCliTask } from './read-azure-cli.ts';
import { readCheckout } from './read-checkout.ts';
import { commonKeys, type StepRead } from './read-common.ts';
import {
  bashTask,
  cmdLineTask,
  powerShellTask,
  readPowerShell,
  readScript,
} from './read-script-steps.ts';

/** Steps that Azure Pipelines has and the sandbox has not. */
const shortcuts = [
  'getPackage',
  'downloadBuild',
  'reviewApp',
  'upload',
  'restoreCache',
  'saveCache',
];

type Reader = (tree: Tree, problems: Problems) => StepRead;

const readers: readonly (readonly [string, Reader])[] = [
  ['script', (tree, problems) => readScript(tree, 'CmdLine', problems)],
  ['bash', (tree, problems) => readScript(tree, 'Bash', problems)],
  ['pwsh', (tree, problems) => readPowerShell(tree, 'pwsh', problems)],
  ['powershell', (tree, problems) => readPowerShell(tree, 'powershell', problems)],
  ['checkout', readCheckout],
  ['publish', readPublish],
  ['download', readDownload],
];

type TaskReader = (fields: Fields, problems: Problems) => StepRead;

const tasks: Readonly<Record<string, TaskReader>> = {
  'CmdLine@2': cmdLineTask,
  'Bash@3': bashTask,
  'PowerShell@2': powerShellTask,
  'AzureCLI@2': azureCliTask,
  'PublishPipelineArtifact@1': publishPipelineArtifactTask,
  'PublishBuildArtifacts@1': publishBuildArtifactsTask,
  'DownloadPipelineArtifact@2': downloadPipelineArtifactTask,
};
const taskReaders = new Map(
  Object.entries(tasks).map(([name, read]) => [name.toLowerCase(), read]),
);

/**
 * One step of a job: a script, a checkout, an artifact, or a task that the sandbox has.
 * Source: steps.md of MicrosoftDocs/azure-devops-yaml-schema
 */
export function readStep(tree: Tree, job: string, problems: Problems): StepRead {
  for (const [key, read] of readers) if (entryOf(tree, key)) return read(tree, problems);
  if (entryOf(tree, 'task')) return readTask(tree, job, problems);
  const shortcut = shortcuts.map((name) => entryOf(tree, name)).find((entry) => entry);
  const first = tree.kind === 'mapping' ? tree.entries[0] : undefined;
  if (shortcut) problems.add(shortcut.key.at, unsupported(`'${shortcut.key.text}' steps`));
  else if (first) problems.add(first.key.at, `Unexpected value '${first.key.text}'`);
  else problems.add(tree.at, 'A step is expected to be a mapping');
  return null;
}

function readTask(tree: Tree, job: string, problems: Problems): StepRead {
  const fields = readFields(tree, { known: [...commonKeys, 'task', 'inputs'] }, problems);
  if (!fields) return null;
  const reference = fields.text('task') ?? '';
  const read = taskReaders.get(reference.toLowerCase());
  if (read) return read(fields, problems);
  const [name = '', version = ''] = reference.split('@', 2);
  if (isKnownTask(name, version)) {
    const message = unsupported(`the task '${reference}': it has ${Object.keys(tasks).join(', ')}`);
    problems.add(fields.tree('task')?.at ?? tree.at, message);
  } else {
    problems.add(
      null,
      `A task is missing. The pipeline references a task called '${name}'. This usually indicates the task isn't installed, and you may be able to install it from the Marketplace: https://marketplace.visualstudio.com. (Task version ${version}, job '${job}', step '${fields.text('name') ?? ''}'.)`,
    );
  }
  return null;
}
