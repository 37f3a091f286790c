import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openFeature } from '../run-feature.ts';

test('a step can be kept from setting variables and from giving orders', async () => {
  await using azure = await openFeature(import.meta.dirname);

  const run = await azure.ended(await azure.start());

  assert.match(run.log('Look'), /\[1\] \[2\] \[\]\n/);
  assert.deepEqual(run.build['tags'], []);
  const issues = run.records.find(({ name }) => name === 'Hold')?.issues ?? [];
  assert.deepEqual(
    issues.map(({ message }) => message.replace(/ Please reference.*/, '')),
    [
      "Setting variable 'evil' has been disabled by the task or build definition.",
      "Setting variable 'PATH' has been disabled by the task or build definition.",
      '##vso[build.addbuildtag] is not allowed in this step due to policy restrictions.',
    ],
  );
  assert.match(run.log('Hold all'), /Setting variable 'good' has been disabled/);
  assert.equal(run.result, 'succeeded');
});
