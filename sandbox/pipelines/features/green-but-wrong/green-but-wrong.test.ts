import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openFeature } from '../run-feature.ts';

test('a pipeline of pipes is green although it got no token and started nothing', async () => {
  await using azure = await openFeature(import.meta.dirname, {
    groups: [{ name: 'mlops', variables: { tenant_id: 'contoso' } }],
  });

  const run = await azure.ended(await azure.start());

  assert.equal(run.result, 'succeeded');
  const log = run.log('Run Databricks notebook via API');
  // The token is the word null: a secret from now on.
  assert.match(log, /Authorization: Bearer \*\*\*\n\{"a": \*\*\*\}\n/);
});
