import assert from 'node:assert/strict';
import { test } from 'node:test';

import { until } from '../../../azure-devops/open-for-test.ts';
import { openFeature } from '../run-feature.ts';

const builds = '/contoso/MLFlowHooks/_apis/build/builds';

test('a canceled run kills what runs, and runs what is there for the case', async () => {
  await using azure = await openFeature(import.meta.dirname);
  const id = await azure.start();
  await until(async () => {
    const { tags } = await azure.json('GET', `${builds}/${id}`);
    return Array.isArray(tags) && tags.includes('started') ? true : null;
  });

  const answer = await azure.json('PATCH', `${builds}/${id}`, { status: 'Cancelling' });
  assert.equal(answer['status'], 'cancelling');
  const run = await azure.ended(id);

  assert.equal(run.result, 'canceled');
  const { Stubborn, Usual, Long, After } = run.results;
  assert.deepEqual(
    { Stubborn, Usual, Long, After },
    { Stubborn: 'canceled', Usual: 'skipped', Long: 'canceled', After: 'skipped' },
  );
  assert.match(run.log('Clean up'), /cleaned up, Canceled\n/);
  assert.equal(run.results['When canceled'], 'succeeded');
});

test('a run that waits for an agent can be canceled before it starts', async () => {
  await using azure = await openFeature(import.meta.dirname, { agents: 1 });
  const first = await azure.start();
  const second = await azure.start();
  await until(async () => {
    const { status } = await azure.json('GET', `${builds}/${first}`);
    return status === 'inProgress' ? true : null;
  });

  assert.equal((await azure.json('GET', `${builds}/${second}`))['status'], 'notStarted');
  await azure.json('PATCH', `${builds}/${second}`, { status: 'cancelling' });

  const run = await azure.ended(second);
  assert.equal(run.result, 'canceled');
  assert.deepEqual(
    run.records.filter(({ type }) => type === 'Task'),
    [],
  );
});
