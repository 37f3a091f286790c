import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openFeature } from '../run-feature.ts';

test('a step that fails is tried again, after longer and longer waits', async () => {
  await using azure = await openFeature(import.meta.dirname);

  const run = await azure.ended(await azure.start());

  const log = run.log('Third time');
  assert.deepEqual(log.match(/^try \d$/gm), ['try 1', 'try 2', 'try 3']);
  assert.match(
    log,
    /RetryHelper encountered task failure, will retry \(attempt #: 2 out of 3\) after 4000 ms/,
  );
  assert.equal(run.results['Third time'], 'succeeded');
  assert.equal(run.results['Never'], 'succeededWithIssues');
  assert.equal(run.log('Never').match(/RetryHelper/g)?.length, 1);
});
