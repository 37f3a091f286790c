import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openFeature } from '../run-feature.ts';

test('a step gives orders by what it prints', async () => {
  await using azure = await openFeature(import.meta.dirname);

  const run = await azure.ended(await azure.start());

  // What is set is seen by later steps; what is secret is masked from now on.
  assert.match(run.log('Set'), /in this step: {2}\*\*\* \*\*\*\n/);
  assert.doesNotMatch(run.log('Set'), /vso|text before|only with/);
  assert.match(run.log('Use'), /token \*\*\* plain a value env a value secret env \.\n/);
  assert.match(run.log('Use'), /number wine-17\nthe tool ran\n/);
  assert.deepEqual(run.build['tags'], ['model:wine']);
  assert.equal(run.build['buildNumber'], 'wine-17');

  assert.equal(run.results['Issues'], 'succeeded');
  const issues = run.records.find(({ name }) => name === 'Issues')?.issues ?? [];
  assert.deepEqual(issues.map(({ type, message }) => `${type}: ${message}`).slice(0, 2), [
    'warning: watch out',
    'error: it is bad, it says',
  ]);
  assert.match(
    run.log('Issues'),
    /##\[warning\]Cannot find command extension for ##vso\[nosuch\.command\]/,
  );
  assert.match(run.log('Issues'), /'##vso\[broken' contains logging command keyword/);

  assert.equal(run.results['Complete'], 'succeededWithIssues');
  for (const name of ['Read only', 'Wrong case', 'Not supported']) {
    assert.equal(run.results[name], 'succeededWithIssues', name);
  }
  assert.match(
    run.log('Read only'),
    /Overwriting readonly variable 'Build\.BuildId' is not permitted/,
  );
  assert.match(run.log('Not supported'), /The sandbox does not support ##vso\[task\.uploadfile\]/);
  assert.equal(run.result, 'partiallySucceeded');
});
