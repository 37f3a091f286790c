import assert from 'node:assert/strict';
import { test } from 'node:test';

import { GIT_URL, serveRepository } from '../git/served-repository.ts';
import { MEMBER, NO_GIT, objectOf, openForTest, textOf, USER_TOKEN } from '../open-for-test.ts';

const REPOS = '/api/2.0/repos';
const CREDENTIALS = '/api/2.0/git-credentials';
const AAD = `Bearer issued:${MEMBER}:499b84ac-1321-427f-aa17-267ca6975798`;

test('a repository is put into the workspace, follows its branches, and its notebooks run', async (t) => {
  const repository = await serveRepository(t, AAD);
  const workspace = await openForTest(t, { environment: repository.environment });
  const first = await repository.commit('main', { 'nb.py': notebook('one') });
  const order = { url: GIT_URL, provider: 'azuredevopsservices', path: '/Repos/team/wine' };

  const made = await workspace.ok('POST', REPOS, order);
  const second = await repository.commit('dev', {
    'lib.py': 'WORD = "two"\n',
    'deep/nb.py': '# Databricks notebook source\nimport lib\ndbutils.notebook.exit(lib.WORD)\n',
  });
  const path = `${REPOS}/${textOf(made['id'])}`;
  await workspace.ok('PATCH', path, { branch: 'dev' });
  const updated = await workspace.ok('GET', path);
  const tasks = [
    { task_key: 'main', notebook_task: { notebook_path: '/Repos/team/wine/deep/nb' } },
  ];
  const run = await workspace.ended(await workspace.submit(tasks));
  const list = await workspace.ok('GET', `${REPOS}?path_prefix=/Repos/team`);
  const status = await workspace.ok('GET', '/api/2.0/workspace/get-status?path=/Repos/team/wine');
  const twice = await workspace.call('POST', REPOS, order);
  await workspace.ok('DELETE', path);
  const gone = await workspace.call('GET', path);

  assert.deepEqual(
    [made['branch'], made['head_commit_id'], made['provider']],
    ['main', first, 'azureDevOpsServices'],
  );
  assert.deepEqual([updated['branch'], updated['head_commit_id']], ['dev', second]);
  const output = await workspace.output(run);
  assert.equal(objectOf(output['notebook_output'])['result'], 'two');
  assert.deepEqual(list, { repos: [updated] });
  assert.equal(status['object_type'], 'REPO');
  assert.equal(twice.body['error_code'], 'RESOURCE_ALREADY_EXISTS');
  assert.equal(gone.status, 404);
});

test('what is wrong with a repository is said by name', async (t) => {
  const repository = await serveRepository(t, AAD);
  const workspace = await openForTest(t, { environment: repository.environment });
  const order = { url: GIT_URL, provider: 'azureDevOpsServices' };
  const post = async (more: object, token?: string) => {
    const { status, body } = await workspace.call('POST', REPOS, { ...order, ...more }, token);
    return `${status} ${textOf(body['error_code'])}`;
  };

  const answers = await Promise.all([
    post({ provider: 'sourceForge' }),
    post({ path: '/Repos/flat' }),
    post({ sparse_checkout: { patterns: ['a'] } }),
    post({ url: 'http://example.com/x' }),
    post({}, `app:${NO_GIT}`),
    post({ provider: 'gitHub' }),
  ]);

  assert.deepEqual(answers, [
    '400 INVALID_PARAMETER_VALUE',
    '400 INVALID_PARAMETER_VALUE',
    '400 INVALID_PARAMETER_VALUE',
    '400 INVALID_PARAMETER_VALUE',
    '403 PERMISSION_DENIED',
    '403 PERMISSION_DENIED',
  ]);
});

test('a git credential with a token is used, one for each provider, and never given back', async (t) => {
  const basic = `Basic ${Buffer.from('ann:the-pat-of-ann').toString('base64')}`;
  const repository = await serveRepository(t, basic);
  const workspace = await openForTest(t, { environment: repository.environment });
  const commit = await repository.commit('main', { 'nb.py': notebook('one') });
  const asAnn = (method: string, path: string, body?: unknown) =>
    workspace.call(method, path, body, USER_TOKEN);
  const credential = { git_provider: 'AzureDevOpsServices', git_username: 'ann' };

  const none = await asAnn('GET', CREDENTIALS);
  const tokenless = await asAnn('POST', CREDENTIALS, credential);
  const made = await asAnn('POST', CREDENTIALS, { ...credential, personal_access_token: 'wrong' });
  const second = await asAnn('POST', CREDENTIALS, { ...credential, personal_access_token: 'x' });
  const path = `${CREDENTIALS}/${textOf(made.body['credential_id'])}`;
  await asAnn('PATCH', path, { personal_access_token: 'the-pat-of-ann' });
  const read = await asAnn('GET', path);
  const foreign = await workspace.call('GET', path, undefined, `app:${NO_GIT}`);
  const repo = await asAnn('POST', REPOS, { url: GIT_URL, provider: 'azureDevOpsServices' });
  await asAnn('DELETE', path);
  const gone = await asAnn('GET', path);

  assert.deepEqual(none.body, {});
  assert.deepEqual([tokenless.status, second.status], [400, 400]);
  assert.match(
    textOf(second.body['message']),
    /^Only one Git credential is supported at this time/u,
  );
  assert.equal(read.body['git_provider'], 'azureDevOpsServices');
  assert.doesNotMatch(made.text + read.text, /wrong|the-pat-of-ann/u);
  // Everybody is an administrator here, who may see it.
  assert.equal(foreign.status, 200);
  assert.equal(repo.body['path'], '/Repos/ann@example.com/wine-quality');
  assert.equal(repo.body['head_commit_id'], commit);
  assert.equal(gone.status, 404);
  assert.ok(workspace.hidden.has('the-pat-of-ann'));
});

test('a manager gives an application its git credential, by the id that SCIM has for it', async (t) => {
  const workspace = await openForTest(t);
  const found = await workspace.ok(
    'GET',
    `/api/2.0/preview/scim/v2/ServicePrincipals?filter=${encodeURIComponent(`applicationId eq "${NO_GIT}"`)}`,
  );
  const [application] = Array.isArray(found['Resources']) ? found['Resources'].map(objectOf) : [];
  const order = { git_provider: 'azureDevOpsServicesAad', principal_id: application?.['id'] };

  const made = await workspace.call('POST', CREDENTIALS, order, USER_TOKEN);
  const own = await workspace.call('GET', CREDENTIALS, undefined, `app:${NO_GIT}`);
  const nobody = await workspace.call('POST', CREDENTIALS, { ...order, principal_id: '7' });

  assert.equal(made.status, 200);
  assert.deepEqual(own.body, { credentials: [made.body] });
  assert.equal(nobody.status, 404);
});

function notebook(result: string): string {
  return `# Databricks notebook source\ndbutils.notebook.exit("${result}")\n`;
}
