import assert from 'node:assert/strict';
import { test } from 'node:test';

import { NO_GIT, objectOf, openForTest, textOf, USER_TOKEN } from '../open-for-test.ts';

const SECRETS = '/api/2.0/secrets';

test('a secret is put, listed without its value, and read by a notebook, which cannot show it', async (t) => {
  const workspace = await openForTest(t, {
    config: { secret_scopes: { kv: { old: 'from-config' } } },
  });
  await workspace.ok('POST', `${SECRETS}/scopes/create`, { scope: 'mlops' });

  await workspace.ok('POST', `${SECRETS}/put`, {
    scope: 'mlops',
    key: 'password',
    string_value: 'hunter2-hunter2',
  });
  const bytes = Buffer.from('in-bytes').toString('base64');
  await workspace.ok('POST', `${SECRETS}/put`, { scope: 'mlops', key: 'b', bytes_value: bytes });
  const run = await workspace.ended(
    await workspace.submitCells([
      's = dbutils.secrets\nprint(s.get("mlops", "password"), s.get("kv", "old"))',
      "dbutils.notebook.exit(f\"{len(s.get('mlops', 'password'))} {s.getBytes('mlops', 'b').decode()[:3]} {[x.name for x in s.listScopes()]}\")",
    ]),
  );
  const page = await workspace.call('GET', new URL(run.run_page_url).pathname, undefined, '');
  const list = await workspace.ok('GET', `${SECRETS}/list?scope=mlops`);
  const read = await workspace.ok('GET', `${SECRETS}/get?scope=mlops&key=password`);
  const scopes = await workspace.ok('GET', `${SECRETS}/scopes/list`);

  const output = await workspace.output(run);
  assert.equal(objectOf(output['notebook_output'])['result'], "15 in- ['kv', 'mlops']");
  assert.match(page.text, /\[REDACTED\] \[REDACTED\]/u);
  assert.doesNotMatch(page.text, /hunter2|from-config/u);
  assert.match(
    JSON.stringify(list),
    /^\{"secrets":\[\{"key":"password","last_updated_timestamp":\d+\}/u,
  );
  assert.deepEqual(read, {
    key: 'password',
    value: Buffer.from('hunter2-hunter2').toString('base64'),
  });
  assert.deepEqual(scopes['scopes'], [
    { name: 'kv', backend_type: 'DATABRICKS' },
    { name: 'mlops', backend_type: 'DATABRICKS' },
  ]);
  assert.ok(workspace.hidden.has('hunter2-hunter2') && workspace.hidden.has('from-config'));
});

test('who may read, write and manage a scope is said by its ACLs', async (t) => {
  const workspace = await openForTest(t, { config: { admins: ['ann@example.com'] } });
  await workspace.ok('POST', `${SECRETS}/scopes/create`, { scope: 'own' });
  const secret = { scope: 'own', key: 'k', string_value: 'value' };
  await workspace.ok('POST', `${SECRETS}/put`, secret);
  const asOther = (method: string, path: string, body?: unknown) =>
    workspace.call(method, `${SECRETS}/${path}`, body, `app:${NO_GIT}`);
  const tries = async () => [
    (await asOther('GET', 'get?scope=own&key=k')).status,
    (await asOther('POST', 'put', secret)).status,
    (await asOther('GET', 'acls/list?scope=own')).status,
  ];
  const acl = (permission: string) =>
    workspace.ok('POST', `${SECRETS}/acls/put`, { scope: 'own', principal: NO_GIT, permission });

  const before = await tries();
  await acl('READ');
  const reading = await tries();
  const shown = await workspace.ok('GET', `${SECRETS}/acls/get?scope=own&principal=${NO_GIT}`);
  const main =
    '# Databricks notebook source\ndbutils.notebook.exit(dbutils.secrets.get("own", "k"))\n';
  await workspace.write('main.py', main);
  const submission = {
    tasks: [{ task_key: 'main', notebook_task: { notebook_path: '/main' } }],
    access_control_list: [{ group_name: 'users', permission_level: 'CAN_VIEW' }],
  };
  const submitted = await workspace.call(
    'POST',
    '/api/2.2/jobs/runs/submit',
    submission,
    `app:${NO_GIT}`,
  );
  const run = await workspace.ended(Number(submitted.body['run_id']));
  await acl('WRITE');
  const writing = await tries();
  await acl('MANAGE');
  const managing = await tries();
  await workspace.ok('POST', `${SECRETS}/acls/delete`, { scope: 'own', principal: NO_GIT });
  const after = await tries();
  const byAdmin = await workspace.call(
    'GET',
    `${SECRETS}/get?scope=own&key=k`,
    undefined,
    USER_TOKEN,
  );

  assert.deepEqual(
    [before, reading, writing, managing, after],
    [
      [403, 403, 403],
      [200, 403, 403],
      [200, 200, 403],
      [200, 200, 200],
      [403, 403, 403],
    ],
  );
  assert.deepEqual(shown, { principal: NO_GIT, permission: 'READ' });
  assert.equal(run.state.result_state, 'SUCCESS');
  assert.equal(byAdmin.status, 200);
});

test('scopes and secrets refuse what they should', async (t) => {
  const workspace = await openForTest(t);
  await workspace.ok('POST', `${SECRETS}/scopes/create`, { scope: 's' });
  const post = async (path: string, body: object, token?: string) => {
    const answer = await workspace.call('POST', `${SECRETS}/${path}`, body, token);
    return `${answer.status} ${textOf(answer.body['error_code'])}`;
  };
  const vault = { scope: 'kv', scope_backend_type: 'AZURE_KEYVAULT' };

  const answers = await Promise.all([
    post('scopes/create', { scope: 's' }),
    post('scopes/create', { scope: 'a b' }),
    post('scopes/create', vault),
    post('scopes/create', vault, USER_TOKEN),
    post('scopes/create', { scope: 'x', initial_manage_principal: 'me' }),
    post('put', { scope: 's', key: 'k' }),
    post('put', { scope: 's', key: 'k', string_value: 'x'.repeat(128 * 1024 + 1) }),
    post('put', { scope: 'nowhere', key: 'k', string_value: 'x' }),
    post('delete', { scope: 's', key: 'k' }),
    post('acls/put', { scope: 's', principal: 'nobody', permission: 'READ' }),
    post('acls/delete', { scope: 's', principal: 'nobody' }),
  ]);
  await workspace.ok('POST', `${SECRETS}/scopes/delete`, { scope: 's' });
  const gone = await workspace.call('GET', `${SECRETS}/list?scope=s`);

  assert.deepEqual(answers, [
    '400 RESOURCE_ALREADY_EXISTS',
    '400 INVALID_PARAMETER_VALUE',
    '400 BAD_REQUEST',
    '400 INVALID_PARAMETER_VALUE',
    '400 INVALID_PARAMETER_VALUE',
    '400 INVALID_PARAMETER_VALUE',
    '400 INVALID_PARAMETER_VALUE',
    '404 RESOURCE_DOES_NOT_EXIST',
    '404 RESOURCE_DOES_NOT_EXIST',
    '400 INVALID_PARAMETER_VALUE',
    '404 RESOURCE_DOES_NOT_EXIST',
  ]);
  assert.equal(gone.status, 404);
});
