import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openFeature, refusal } from '../run-feature.ts';

test('what the sandbox cannot do it refuses by name and place, all at once', async () => {
  await using azure = await openFeature(import.meta.dirname);

  const lines = (await refusal(azure, {})).split('\n');

  assert.deepEqual(
    lines.map((line) => line.replace(/^\/refused\.yml \(Line: (\d+), Col: (\d+)\): /, '$1:$2 ')),
    [
      "3:1 The sandbox does not support 'resources'",
      "5:7 The sandbox does not support 'pool: server'",
      "7:5 The sandbox does not support 'deployment'",
      "8:5 The sandbox does not support 'environment'",
      "9:5 The sandbox does not support 'strategy'",
      "11:9 The sandbox does not support 'pwsh' steps",
      "12:15 The sandbox does not support the task 'AzureCLI@2': it has CmdLine@2 and Bash@3",
      "14:9 The sandbox does not support 'publish' steps",
      "15:19 The sandbox does not support 'checkout: other'",
      "17:9 The sandbox does not support 'target'",
      "18:20 Unrecognized value: 'nosuch'. Located at position 1 within expression: 'nosuch()'. For more help, refer to https://go.microsoft.com/fwlink/?linkid=842996",
      "22:16 The sandbox does not support the image 'windows-latest'",
      "24:9 Unexpected value 'stepz'",
      'The job name same appears more than once. Job names must be unique.',
      'Job Same depends on unknown job Unknown.',
      "2:10 The sandbox does not support 'batch: true'",
    ],
  );
  assert.equal(
    await refusal(azure, {}, 3),
    "/template.yml (Line: 3, Col: 15): The sandbox does not support templates of another repository ('@other')",
  );
});

test('what Azure Pipelines refuses is refused in its words', async () => {
  await using azure = await openFeature(import.meta.dirname);

  const lines = (await refusal(azure, {}, 2)).split('\n');

  assert.deepEqual(lines, [
    "/syntax.yml (Line: 5, Col: 14): Anchors are not currently supported. Remove the anchor 'anchor'",
    "/syntax.yml (Line: 4, Col: 3): 'A' is already defined",
  ]);
});
