import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openFeature } from '../run-feature.ts';

test('a step runs while none has failed, unless its condition says otherwise', async () => {
  await using azure = await openFeature(import.meta.dirname);

  const run = await azure.ended(await azure.start());

  assert.equal(run.result, 'failed');
  const { Tolerated, Failing, Usual, Always, Wrong, Disabled } = run.results;
  assert.deepEqual(
    { Tolerated, Failing, Usual, Always, Wrong, Disabled },
    {
      Tolerated: 'succeededWithIssues',
      Failing: 'failed',
      Usual: 'skipped',
      Always: 'succeeded',
      Wrong: 'failed',
      Disabled: undefined,
    },
  );
  assert.equal(run.results['After it'], 'succeeded');
  assert.equal(run.results['Not on this branch'], 'skipped');
  assert.match(run.log('When failed'), /it is Failed\n/);
  assert.match(run.log('Usual'), /Skipping step due to condition evaluation\./);
});

test('a run whose failure was tolerated is partially succeeded to builds, succeeded to pipelines', async () => {
  await using azure = await openFeature(import.meta.dirname);

  const id = await azure.start({}, 2);

  assert.equal((await azure.ended(id)).result, 'partiallySucceeded');
  const run = await azure.json('GET', `/contoso/MLFlowHooks/_apis/pipelines/2/runs/${id}`);
  assert.equal(run['result'], 'succeeded');
});
