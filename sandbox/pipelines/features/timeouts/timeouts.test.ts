import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openFeature } from '../run-feature.ts';

test('steps and jobs have a time limit', async () => {
  await using azure = await openFeature(import.meta.dirname, { agents: 3 });

  const run = await azure.ended(await azure.start());

  assert.match(run.log('Slow step'), /##\[error\]The task has timed out\.\n/);
  assert.equal(run.results['Slow step'], 'succeededWithIssues');
  assert.equal(run.results['After it'], 'succeeded');
  assert.equal(run.results['Slow job'], 'canceled');
  assert.match(run.log('Clean up'), /\nCanceled\n/);
  assert.equal(run.results['Slow clean up'], 'canceled');
  const { Step, Whole, Unwilling } = run.results;
  assert.deepEqual(
    { Step, Whole, Unwilling },
    { Step: 'succeededWithIssues', Whole: 'canceled', Unwilling: 'canceled' },
  );
  const [issue] =
    run.records.find(({ type, name }) => type === 'Job' && name === 'Whole')?.issues ?? [];
  assert.match(issue?.message ?? '', /ran longer than the maximum time of 1 minutes/);
  assert.equal(run.result, 'canceled');
});
