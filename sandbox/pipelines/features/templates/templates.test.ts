import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openFeature, refusal } from '../run-feature.ts';

test('templates, loops and branches are worked out before the run', async () => {
  await using azure = await openFeature(import.meta.dirname);

  const run = await azure.ended(await azure.start());

  assert.equal(run.result, 'succeeded');
  assert.match(run.log('Say dev'), /template test-main dev False west 2\n/);
  assert.match(run.log('Say prod'), /template test-main prod True north 2\n/);
  assert.match(run.log('North'), /north, on main\n/);
  assert.equal(run.records.filter(({ name }) => name === 'North').length, 1);
  assert.equal(run.records.filter(({ name }) => name === 'Extra').length, 2);
  assert.deepEqual(
    run.records.filter(({ type }) => type === 'Job').map(({ name }) => name),
    ['Job dev', 'Job prod'],
  );
});

test('structure can be sent as JSON when the run is asked for', async () => {
  await using azure = await openFeature(import.meta.dirname);
  const environments = JSON.stringify([{ name: 'only', region: 'east' }]);

  const run = await azure.ended(await azure.start({ templateParameters: { environments } }));

  assert.match(run.log('Say only'), /template test-main only False east 2\n/);
});

test('a template that is not there and a parameter that it does not have are named', async () => {
  await using azure = await openFeature(import.meta.dirname);

  const message = await refusal(azure, {}, 2);

  assert.match(
    message,
    /^\/wrong\.yml \(Line: 3, Col: 15\): File \/nosuch\.yml not found in repository https:\/\/dev\.azure\.com\/contoso\/MLFlowHooks\/_git\/wine-quality branch refs\/heads\/main version [0-9a-f]{40}\.\n/,
  );
  assert.match(
    message,
    /\n\/wrong\.yml \(Line: 7, Col: 7\): Unexpected parameter 'unknown'\n\/wrong\.yml \(Line: 4, Col: 5\): A value for the 'loud' parameter must be provided\.$/,
  );
});
