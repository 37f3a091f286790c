import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openFeature, refusal } from '../run-feature.ts';

test('a pipeline runs what the template it extends has, with its own variables', async () => {
  await using azure = await openFeature(import.meta.dirname);

  const run = await azure.ended(await azure.start({ templateParameters: { model: 'beer' } }, 2));

  assert.equal(run.result, 'succeeded');
  assert.match(run.log('Guard'), /guarded BEER, of the file\n/);
  assert.match(run.log('Check'), /checked beer, of the file, of the template\n/);
  assert.equal(run.results['Always'], 'succeeded');
});

test('a pipeline that extends a template has no steps of its own', async () => {
  await using azure = await openFeature(import.meta.dirname);

  assert.equal(
    await refusal(azure, {}, 1),
    [
      "/both.yml (Line: 7, Col: 1): Unexpected value 'steps'",
      "/both.yml (Line: 6, Col: 5): Unexpected parameter 'nosuch'",
    ].join('\n'),
  );
});
