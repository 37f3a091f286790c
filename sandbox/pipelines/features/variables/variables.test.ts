import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openFeature, refusal } from '../run-feature.ts';

const setup = {
  pipelines: [
    {
      name: 'variables',
      repository: 'wine-quality',
      path: 'variables.yml',
      variables: {
        'model.name': { value: 'from the definition', settable_at_queue_time: true },
        queued: { value: 'nothing', settable_at_queue_time: true },
        fixed: 'as it is',
      },
    },
  ],
  groups: [
    {
      name: 'mlops',
      variables: { sp_credential: { value: 's3cret+/=', secret: true }, level: 'group' },
    },
  ],
};

test('variables reach a step as macros and in its environment, secrets only where they are named', async () => {
  await using azure = await openFeature(import.meta.dirname, setup);

  const run = await azure.ended(await azure.start());

  assert.equal(run.result, 'succeeded');
  const log = run.log('Show job');
  assert.match(log, /macro: from the file, main, job, otherwise, 5\n/);
  assert.match(log, /env: from the file, main, job, \.\n/);
  assert.match(log, /header: Bearer \*\*\*\n/);
  assert.match(log, /nosuch_command: command not found\nundefined: \n/);
  assert.match(log, /build: refs\/heads\/main MLFlowHooks 1001 True\n/);
  // The script names the secret by its macro, and its environment does not hold it.
  assert.match(log, /\n0\n/);
  assert.match(run.log('Mapped'), /mapped: 9 from the file\n/);
});

test('a variable of the file wins over one that was given when the run was asked for', async () => {
  await using azure = await openFeature(import.meta.dirname, setup);
  const variables = { 'model.name': { value: 'given' }, queued: { value: 'given' } };

  const run = await azure.ended(await azure.start({ variables }));

  assert.match(run.log('Show job'), /macro: from the file/);
  assert.match(run.log('Show B'), /\nstage given\n/);
  assert.equal(run.build['parameters'], '{"model.name":"given","queued":"given"}');
});

test('only variables that the definition opens may be given', async () => {
  await using azure = await openFeature(import.meta.dirname, setup);
  const variables = { fixed: { value: 'x' }, level: { value: 'x' }, queued: { value: 'x' } };

  assert.equal(
    await refusal(azure, { variables }),
    "You can't set the following variables (fixed, level). If you want to be able to set these variables, then edit the pipeline and select Settable at queue time on the variables tab of the pipeline editor.",
  );
});

test('a counter goes on from run to run, and a group that is not there is named', async () => {
  await using azure = await openFeature(import.meta.dirname, setup);
  await azure.ended(await azure.start());

  const run = await azure.ended(await azure.start());

  assert.match(run.log('Show job'), /otherwise, 6\n/);
  assert.match(String(run.build['buildNumber']), /^\d{8}\.2$/);

  await using other = await openFeature(import.meta.dirname, { ...setup, groups: [] });
  assert.match(
    await refusal(other, {}),
    /^\/variables\.yml \(Line: \d+, Col: \d+\): Pipeline: Variable group mlops could not be found\./,
  );
});
