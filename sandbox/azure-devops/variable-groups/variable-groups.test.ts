import assert from 'node:assert/strict';
import { test } from 'node:test';

import { base, openForTest } from '../open-for-test.ts';

const files = {
  'azure-pipelines.yml':
    'trigger: none\nvariables:\n- group: mlops\nsteps:\n- checkout: none\n- script: echo "$(word) $(secret)" | rev\n  displayName: Say\n',
};

test('a group is changed, keeps the secrets that come back empty, and is deleted', async () => {
  const variables = { word: 'old', secret: { value: 'drowssap', secret: true } };
  await using azure = await openForTest({ files, groups: [{ name: 'mlops', variables }] });
  const path = '/contoso/_apis/distributedtask/variablegroups/1';
  const inProject = `${base}/distributedtask/variablegroups`;
  const group = await azure.json('GET', `${inProject}/1`);

  const changed = await azure.json('PUT', path, {
    ...group,
    variables: { word: { value: 'new' }, secret: { value: null, isSecret: true } },
  });

  assert.deepEqual(changed['variables'], {
    word: { value: 'new' },
    secret: { value: null, isSecret: true },
  });
  assert.match((await azure.ended(await azure.start())).log('Say'), /\npassword wen\n/);
  const made = await azure.json('POST', inProject, { name: 'other', variables: {} });
  assert.equal(made['id'], 2);
  const taken = await azure.send('PUT', path, { name: 'other', variables: {} });
  assert.equal(taken.status, 409);
  const vault = { name: 'vault', type: 'AzureKeyVault', variables: {} };
  assert.equal((await azure.send('POST', inProject, vault)).status, 400);
  assert.equal((await azure.json('GET', `${inProject}?groupIds=2,3`))['count'], 1);
  assert.equal((await azure.send('DELETE', `${path}?projectIds=a`)).status, 204);
  assert.equal((await azure.send('GET', `${inProject}/1`)).status, 404);
  assert.equal((await azure.send('POST', `${base}/pipelines/1/runs`, {})).status, 400);
});
