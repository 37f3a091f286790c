import assert from 'node:assert/strict';
import { test } from 'node:test';

import { z } from 'zod';

import { base } from '../../../azure-devops/open-for-test.ts';
import { openFeature } from '../run-feature.ts';

test('a checkout stands on the commit of the run, and can keep the credential', async () => {
  await using azure = await openFeature(import.meta.dirname);

  const run = await azure.ended(await azure.start());

  const log = run.log('Look');
  assert.match(log, /\na file\n(HEAD detached at|Not currently on any branch)/);
  assert.match(log, /\nhttps:\/\/dev\.azure\.com\/contoso\/MLFlowHooks\/_git\/wine-quality\n/);
  assert.match(log, /\nAUTHORIZATION: bearer \*\*\*\n1\nthe commit of the run\n/);
});

test('without a checkout there is nothing', async () => {
  await using azure = await openFeature(import.meta.dirname);

  const run = await azure.ended(await azure.start({}, 2));

  assert.match(run.log('Look'), /\n0\n/);
  assert.equal(run.results['Checkout wine-quality@main to s'], undefined);
});

test('tags are fetched when they are asked for', async () => {
  await using azure = await openFeature(import.meta.dirname);
  const refs = `${base}/git/repositories/wine-quality/refs`;
  const { value } = await azure.json('GET', refs);
  const [main] = z.array(z.object({ objectId: z.string() })).parse(value);
  const tag = { name: 'refs/tags/v1', oldObjectId: '0'.repeat(40), newObjectId: main?.objectId };
  await azure.json('POST', refs, [tag]);

  const run = await azure.ended(await azure.start({}, 3));

  assert.match(run.log('Look'), /\nv1\n/);
});
