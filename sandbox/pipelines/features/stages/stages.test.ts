import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openFeature, refusal } from '../run-feature.ts';

test('stages and jobs hand on results and output variables', async () => {
  await using azure = await openFeature(import.meta.dirname);

  const run = await azure.ended(await azure.start());

  assert.match(run.log('Same job'), /same job 1\.2 seen later\n/);
  assert.match(run.log('Other job'), /other job 1\.2\n/);
  assert.match(run.log('Other stage'), /other stage 1\.2 in Deploy\n/);
  // A variable is not seen by the step that sets it.
  assert.match(run.log('Set'), /s\.version: command not found\nsame step: \n/);
  const { Build, Deploy, Never, AtOnce, A, B, C, D, E, F, G, H } = run.results;
  assert.deepEqual(
    { Build, Deploy, Never, AtOnce },
    { Build: 'succeededWithIssues', Deploy: 'succeeded', Never: 'skipped', AtOnce: 'abandoned' },
  );
  assert.deepEqual(
    { A, B, C, D, E, F, G, H },
    {
      A: 'succeeded',
      B: 'succeeded',
      C: 'succeeded',
      D: 'skipped',
      E: 'skipped',
      F: 'succeeded',
      G: 'skipped',
      H: 'abandoned',
    },
  );
  assert.equal(run.result, 'failed');
});

test('stages can be left out by name', async () => {
  await using azure = await openFeature(import.meta.dirname);

  const run = await azure.ended(await azure.start({ stagesToSkip: ['atonce', 'Deploy'] }));

  assert.equal(run.results['AtOnce'], 'skipped');
  assert.equal(run.results['C'], 'skipped');
  assert.equal(run.result, 'partiallySucceeded');
  assert.equal(
    await refusal(azure, { stagesToSkip: ['nosuch'] }),
    "The stage 'nosuch' does not exist.",
  );
});
