import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openFeature, refusal } from '../run-feature.ts';

// The pipelines of this folder, by the ids that they get in the order of their names.
const pipelines = { missingTask: 1, refused: 2, resources: 3, syntax: 4 };

test('what the sandbox cannot do it refuses by name and place, all at once', async () => {
  await using azure = await openFeature(import.meta.dirname, { path: '/nonexistent' });

  assert.deepEqual(lines(await refusal(azure, {}, pipelines.refused)), [
    "3:7 The sandbox does not support 'pool: server'",
    "6:18 The sandbox does not support the resource of an environment ('prod.vm')",
    "8:7 The sandbox does not support 'canary'",
    "12:16 The sandbox does not support the image 'windows-latest'",
    "15:17 The sandbox does not support 'scriptType: ' of AzureCLI@2: it has bash",
    "16:19 The sandbox does not support 'download: other': it has the artifacts of the run itself",
    "19:20 Unrecognized value: 'nosuch'. Located at position 1 within expression: 'nosuch()'. For more help, refer to https://go.microsoft.com/fwlink/?linkid=842996",
    "18:17 The sandbox does not support the container 'container' as 'target'",
    "22:28 The sandbox does not support 'publishLocation: filepath'",
    "23:9 Unexpected value 'stepz'",
    "24:9 The sandbox does not support 'reviewApp' steps",
    "26:32 Invalid action preference for errorActionPreference: 'nosuch'. The value must be one of: Default, Stop, Continue, SilentlyContinue",
    "30:5 The sandbox does not support 'container'",
    '29:10 The job name same appears more than once. Job names must be unique.',
    '10:16 Job Same depends on unknown job Unknown.',
    '33:16 The jobs wait for one another: a cycle of dependencies.',
    "14:9 The sandbox does not support the task 'AzureCLI@2' on this machine: 'az' is not installed",
    "25:9 The sandbox does not support PowerShell steps on this machine: 'pwsh' is not installed",
    "27:9 The repository 'other' is not declared in 'resources.repositories'",
    "28:9 The repository 'git://Other/tools' could not be found",
  ]);
  assert.deepEqual(lines(await refusal(azure, {}, pipelines.resources)), [
    "3:3 The sandbox does not support 'pipelines'",
    "8:7 The sandbox does not support 'endpoint'",
    "6:13 The sandbox does not support repositories of type 'github': it has those of the organisation",
    "11:7 A repository needs 'repository', the name by which it is called",
    "14:16 The sandbox does not support 'trigger' of another repository",
    "13:13 The repository 'GONE' is already defined",
    "7:13 The repository 'other/tools' could not be found. Azure Repos has those of the project alone in the sandbox.",
    "10:13 The repository 'nosuch' could not be found. Azure Repos has those of the project alone in the sandbox.",
  ]);
});

test('what Azure Pipelines refuses is refused in its words', async () => {
  await using azure = await openFeature(import.meta.dirname);

  assert.deepEqual(lines(await refusal(azure, {}, pipelines.syntax)), [
    "5:14 Anchors are not currently supported. Remove the anchor 'anchor'",
    "4:3 'A' is already defined",
  ]);
  assert.deepEqual(lines(await refusal(azure, {}, pipelines.missingTask)), [
    missing('NoSuchTask', 9, ''),
    missing('Bash', 99, 'later'),
    "8:15 The sandbox does not support the task 'UsePythonVersion@0': it has CmdLine@2, Bash@3, PowerShell@2, AzureCLI@2, PublishPipelineArtifact@1, PublishBuildArtifacts@1, DownloadPipelineArtifact@2",
  ]);
});

function missing(task: string, version: number, step: string): string {
  return `A task is missing. The pipeline references a task called '${task}'. This usually indicates the task isn't installed, and you may be able to install it from the Marketplace: https://marketplace.visualstudio.com. (Task version ${version}, job 'Job', step '${step}'.)`;
}

function lines(message: string): readonly string[] {
  return message
    .split('\n')
    .map((line) => line.replace(/^\/[\w-]+\.yml \(Line: (\d+), Col: (\d+)\): /, '$1:$2 '));
}
