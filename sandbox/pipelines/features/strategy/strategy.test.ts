import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openFeature, refusal } from '../run-feature.ts';

test('a job runs once for each leg of its matrix, or a number of times', async () => {
  await using azure = await openFeature(import.meta.dirname);

  const run = await azure.ended(await azure.start());

  const jobs = run.records.filter(({ type }) => type === 'Job');
  assert.deepEqual(Object.fromEntries(jobs.map(({ identifier, result }) => [identifier, result])), {
    '__default.Test.Old': 'succeededWithIssues',
    '__default.Test.New': 'succeeded',
    '__default.Slice.Job1': 'succeeded',
    '__default.Slice.Job2': 'succeeded',
    '__default.Plan.__default': 'succeeded',
    '__default.Later.East': 'succeeded',
    '__default.Later.West': 'succeeded',
  });
  assert.deepEqual(
    jobs.map(({ name }) => name),
    ['Test it Old', 'Test it New', 'Slice 1', 'Slice 2', 'Plan', 'Later East', 'Later West'],
  );
  const printed = run.logs('Look');
  assert.match(printed, /leg Old 3\.9 3\.9 1\/2\n/);
  assert.match(printed, /leg New 3\.13 3\.13 2\/2\n/);
  assert.match(run.logs('Cut'), /slice 1 of 2, MultiMachine\n/);
  assert.match(run.log('Go w'), /later w after 3\.13\n/);
  assert.equal(run.results['Broken'], 'failed');
  const [issue] = run.records.find(({ name }) => name === 'Broken')?.issues ?? [];
  assert.equal(issue?.message, 'The matrix is no JSON of names with variables: no JSON');
});

test('a matrix has legs with names and variables, and there is an end to slices', async () => {
  await using azure = await openFeature(import.meta.dirname);

  assert.equal(
    await refusal(azure, {}, 2),
    [
      "/wrong.yml (Line: 6, Col: 9): The name '1st' of a matrix leg is not valid.",
      '/wrong.yml (Line: 7, Col: 17): A mapping was expected',
      "/wrong.yml (Line: 11, Col: 17): 'parallel' is expected to be from 1 to 99",
    ].join('\n'),
  );
});
