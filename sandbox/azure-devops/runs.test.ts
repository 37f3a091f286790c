import assert from 'node:assert/strict';
import { test } from 'node:test';

import { base, openForTest } from './open-for-test.ts';

test('a pipeline runs in a checkout of its commit and ends with what bash ended with', async () => {
  await using azure = await openForTest({
    files: {
      'azure-pipelines.yml': `
trigger: none
steps:
- script: |
    echo "hello from $(Build.SourceBranchName)"
    cat data/a.txt
    git rev-parse --abbrev-ref HEAD
  displayName: Look around
- bash: exit 3
  displayName: Fail
- script: echo never
  displayName: Skipped
`,
      'data/a.txt': 'a file\n',
    },
  });

  const run = await azure.ended(await azure.start());

  assert.equal(run.result, 'failed');
  assert.match(run.log('Look around'), /hello from main\na file\nHEAD\n/);
  assert.match(run.log('Fail'), /##\[error\]Bash exited with code '3'\./);
  assert.deepEqual(
    run.records
      .filter(({ type }) => type !== 'Task')
      .map(({ type, identifier, result }) => [type, identifier, result]),
    [
      ['Stage', '__default', 'failed'],
      ['Phase', '__default.Job', 'failed'],
      ['Job', '__default.Job.__default', 'failed'],
    ],
  );
  assert.deepEqual(
    run.records.filter(({ type }) => type === 'Task').map(({ name, result }) => [name, result]),
    [
      ['Initialize job', 'succeeded'],
      ['Checkout wine-quality@main to s', 'succeeded'],
      ['Look around', 'succeeded'],
      ['Fail', 'failed'],
      ['Skipped', 'skipped'],
      ['Post-job: Checkout wine-quality@main to s', 'succeeded'],
      ['Finalize Job', 'succeeded'],
    ],
  );
});

test('a run that is told how to end runs none of its steps', async () => {
  const forced = { result: 'FAILED', lifeCycle: '', code: '', type: '', afterMs: 0 };
  await using azure = await openForTest({
    files: { 'azure-pipelines.yml': 'trigger: none\nsteps:\n- script: echo it runs\n' },
    endings: {
      for: ({ service, runName }) =>
        service === 'azure-devops' && runName === 'Test' ? { ...forced, message: 'no luck' } : null,
    },
  });

  const run = await azure.ended(await azure.start());

  assert.equal(run.result, 'failed');
  assert.deepEqual(
    run.records.map(({ type, result, issues }) => [type, result, issues[0]?.message]),
    [
      ['Stage', 'failed', undefined],
      ['Phase', 'failed', undefined],
      ['Job', 'failed', 'no luck'],
    ],
  );
});

test('a run that is told how to end can be canceled before', async () => {
  const forced = { result: 'succeeded', lifeCycle: '', code: '', type: '', message: '' };
  await using azure = await openForTest({
    files: { 'azure-pipelines.yml': 'trigger: none\nsteps:\n- script: echo it runs\n' },
    endings: { for: () => ({ ...forced, afterMs: 3_600_000 }) },
  });

  const id = await azure.start();
  await azure.json('PATCH', `${base}/build/builds/${id}`, { status: 'cancelling' });

  assert.equal((await azure.ended(id)).result, 'canceled');
});
