import assert from 'node:assert/strict';
import { test } from 'node:test';

import { z } from 'zod';

import { base, openForTest } from '../open-for-test.ts';

const files = {
  'azure-pipelines.yml':
    'trigger: none\nsteps:\n- checkout: none\n- script: echo "$(secret)" "$(open)" | rev\n  displayName: Say\n',
  'other.yml':
    'trigger: none\nsteps:\n- checkout: none\n- script: echo other\n  displayName: Say\n',
};
const definitions = `${base}/build/definitions`;
const body = {
  name: 'promote-model',
  path: '\\models',
  process: { type: 2, yamlFilename: 'azure-pipelines.yml' },
  repository: { name: 'wine-quality', type: 'tfsgit' },
  variables: {
    open: { value: 'door', allowOverride: true },
    secret: { value: 'drowssap', isSecret: true },
  },
};

test('a definition is created, changed by who knows its revision, and deleted', async () => {
  await using azure = await openForTest({ files });

  const made = await azure.json('POST', definitions, body);
  assert.deepEqual([made['id'], made['revision'], made['path']], [2, 1, '\\models']);
  assert.deepEqual(made['variables'], {
    open: { value: 'door', allowOverride: true },
    secret: { value: null, isSecret: true },
  });
  const first = await azure.ended(await azure.start({ variables: { open: { value: 'gate' } } }, 2));
  assert.match(first.log('Say'), /\netag \*\*\*\n|\netag password\n/);

  // The whole object goes back, and its secret stays what it was.
  const process = { type: 2, yamlFilename: '/other.yml' };
  const changed = await azure.json('PUT', `${definitions}/2`, { ...made, process });
  assert.equal(changed['revision'], 2);
  const second = await azure.ended(await azure.start({}, 2));
  assert.match(second.log('Say'), /\nother\n/);
  const { definition } = await azure.json('GET', `${base}/build/builds/1001`);
  assert.equal(z.looseObject({}).parse(definition)['revision'], 1);

  const stale = await azure.send('PUT', `${definitions}/2`, made);
  assert.equal(stale.status, 409);
  const ahead = await azure.send('PUT', `${definitions}/2`, { ...made, revision: 9 });
  assert.equal(ahead.status, 404);
  assert.match(await ahead.text(), /Build pipeline 2 was not found\./);
  const nameless = await azure.send('PUT', `${definitions}/2`, { ...body, revision: 2 });
  assert.match(
    await nameless.text(),
    /The request specifies pipeline ID 2 but the supplied pipeline has ID 0\./,
  );
  assert.equal((await azure.send('DELETE', `${definitions}/2`)).status, 204);
  assert.equal((await azure.send('GET', `${definitions}/2`)).status, 404);
  assert.equal((await azure.json('GET', `${base}/build/builds`))['count'], 0);
});

test('what a definition cannot be is refused', async () => {
  await using azure = await openForTest({ files });
  const wrong = [
    [{ name: 'TEST' }, 409, /Build pipeline TEST already exists for project MLFlowHooks/],
    [{ process: { type: 1 } }, 400, /The sandbox has pipelines in YAML only/],
    [{ repository: { name: 'nosuch' } }, 400, /The repository nosuch does not exist/],
    [{ repository: { name: 'a/b', type: 'GitHub' } }, 400, /no repositories of type 'GitHub'/],
    [{ queueStatus: 'paused' }, 400, /does not support pipelines that are 'paused'/],
  ] as const;
  for (const [part, status, message] of wrong) {
    const response = await azure.send('POST', definitions, { ...body, ...part });
    assert.equal(response.status, status);
    assert.match(await response.text(), message);
  }
});

test('a disabled pipeline takes no runs', async () => {
  await using azure = await openForTest({ files });
  await azure.json('POST', definitions, { ...body, queueStatus: 'disabled' });

  const refused = await azure.send('POST', `${base}/pipelines/2/runs`, {});

  assert.equal(refused.status, 400);
  assert.match(await refused.text(), /because the pipeline promote-model is disabled/);
});

test('a pipeline is created over the Pipelines API as well', async () => {
  await using azure = await openForTest({ files });

  const made = await azure.json('POST', `${base}/pipelines`, {
    name: 'new',
    folder: '\\',
    configuration: {
      type: 'yaml',
      path: '/other.yml',
      repository: { name: 'wine-quality', type: 'azureReposGit' },
    },
  });

  assert.equal(made['id'], 2);
  assert.match((await azure.ended(await azure.start({}, 2))).log('Say'), /\nother\n/);
});
