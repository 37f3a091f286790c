import assert from 'node:assert/strict';
import { test } from 'node:test';

import { z } from 'zod';

import { base, until } from '../../../azure-devops/open-for-test.ts';
import { openFeature } from '../run-feature.ts';

test('a stage that has failed runs again, and what depends on it after it', async () => {
  await using azure = await openFeature(import.meta.dirname);
  const id = await azure.start({}, 2);
  assert.equal((await azure.ended(id)).result, 'failed');

  const path = `${base}/build/builds/${id}/stages/First`;
  assert.equal((await azure.send('PATCH', path, { state: 'retry' })).status, 200);
  const run = await azure.ended(id);

  assert.equal(run.result, 'succeeded');
  assert.match(run.log('Second time'), /attempt 1 of 2, once\n|attempt 2 of 2, once\n/);
  assert.match(run.log('After'), /at last\n/);
  assert.equal(run.records.filter(({ name }) => name === 'Only once').length, 1);
  assert.equal(run.records.filter(({ name }) => name === 'Flaky One').length, 1);
  const { records } = await azure.json('GET', `${base}/build/builds/${id}/timeline`);
  const Record = z.looseObject({
    name: z.string(),
    attempt: z.number(),
    previousAttempts: z.array(z.looseObject({ attempt: z.number() })),
  });
  const first = z
    .array(Record)
    .parse(records)
    .find(({ name }) => name === 'First');
  assert.deepEqual(
    [first?.attempt, first?.previousAttempts.map(({ attempt }) => attempt)],
    [2, [1]],
  );
  const again = await azure.send('PATCH', path, { state: 'retry' });
  assert.equal(again.status, 400);
  assert.match(await again.text(), /The stage 'First' cannot be retried/);
});

test('all that has failed of a build runs again, or every job of a stage', async () => {
  await using azure = await openFeature(import.meta.dirname);
  const id = await azure.start({}, 2);
  await azure.ended(id);

  await azure.json('PATCH', `${base}/build/builds/${id}?retry=true`, {});
  assert.equal((await azure.ended(id)).result, 'succeeded');
  await azure.send('PATCH', `${base}/build/builds/${id}/stages/Second`, {
    state: 'retry',
    forceRetryAllJobs: true,
  });
  const run = await azure.ended(id);

  assert.equal(run.result, 'succeeded');
  // The phase, the job and the step.
  assert.equal(run.records.filter(({ name }) => name === 'After').length, 3);
});

test('a stage is canceled on its own, and the run goes on', async () => {
  await using azure = await openFeature(import.meta.dirname);
  const id = await azure.start({}, 1);
  await until(async () => {
    const { status } = await azure.json('GET', `${base}/build/builds/${id}`);
    return status === 'inProgress' ? true : null;
  });

  await azure.send('PATCH', `${base}/build/builds/${id}/stages/slow`, { state: 'cancel' });
  const run = await azure.ended(id);

  assert.deepEqual([run.results['Slow'], run.results['Sleep']], ['canceled', 'canceled']);
  assert.match(run.log('Anyway'), /\nanyway\n/);
  assert.equal(run.result, 'canceled');
});
