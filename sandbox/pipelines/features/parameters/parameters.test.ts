import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openFeature, refusal } from '../run-feature.ts';

test('parameters come as text and take the type of their declaration', async () => {
  await using azure = await openFeature(import.meta.dirname);
  const text = 'it\'s "quoted" ${{ nothing }} & more';
  const templateParameters = { model_name: 'churn', VERSION: '17', dryRun: 'TRUE', text };

  const run = await azure.ended(await azure.start({ templateParameters }));

  assert.match(run.log('Show'), /\nchurn 17 True it's "quoted" \$\{\{ nothing \}\} & more\n/);
  assert.equal(run.results['Not in a dry run'], 'skipped');
  assert.deepEqual(run.build['templateParameters'], templateParameters);
});

test('what is wrong with parameters is said before there is a run', async () => {
  await using azure = await openFeature(import.meta.dirname);
  const good = { model_name: 'churn', version: '17' };
  const refused = (more: object) => refusal(azure, { templateParameters: { ...good, ...more } });

  assert.equal(
    await refusal(azure, {}),
    "A value for the 'model_name' parameter must be provided.\nA value for the 'version' parameter must be provided.",
  );
  assert.equal(await refused({ nosuch: 'x' }), "Unexpected parameter 'nosuch'");
  assert.equal(
    await refused({ model_name: 'Churn' }),
    "The 'model_name' parameter value 'Churn' is not a valid value.",
  );
  assert.equal(
    await refused({ version: 'abc' }),
    "The 'version' parameter value 'abc' is not a valid Number.",
  );
  assert.equal(
    await refused({ dryRun: 'yes' }),
    "The 'dryRun' parameter value 'yes' is not a valid Boolean.",
  );
  assert.equal(await refused({ text: { a: 1 } }), "The 'text' parameter is not a valid String.");
  const builds = await azure.json('GET', '/contoso/MLFlowHooks/_apis/build/builds');
  assert.equal(builds['count'], 0);
});
