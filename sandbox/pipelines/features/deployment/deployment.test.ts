import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openFeature } from '../run-feature.ts';

test('a deployment runs its hooks one after the other, with the artifacts of the run', async () => {
  await using azure = await openFeature(import.meta.dirname);

  const run = await azure.ended(await azure.start());

  // Nothing is checked out, and everything is downloaded.
  assert.match(run.log('Put'), /#{0}production gets wine\n/);
  assert.doesNotMatch(run.log('Put'), /deployment\.yml/);
  assert.match(run.log('Say'), /deployed wine\n/);
  assert.doesNotMatch(run.log('Break'), /model/);
  assert.match(run.log('Roll back'), /rolled back\n/);
  const jobs = run.records.filter(({ type }) => type === 'Job');
  assert.deepEqual(Object.fromEntries(jobs.map(({ identifier, result }) => [identifier, result])), {
    'Build.Make.__default': 'succeeded',
    'Deploy.Release.preDeploy': 'succeeded',
    'Deploy.Release.Release': 'succeeded',
    'Deploy.Release.on.failure': 'skipped',
    'Deploy.Release.on.success': 'succeeded',
    'Deploy.After.__default': 'succeeded',
    'Deploy.Fails.Fails': 'failed',
    'Deploy.Fails.postRouteTraffic': 'skipped',
    'Deploy.Fails.on.failure': 'succeeded',
  });
  assert.equal(run.result, 'failed');
});
