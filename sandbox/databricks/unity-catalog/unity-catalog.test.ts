import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  MEMBER,
  NO_GIT,
  objectOf,
  openForTest,
  type TestWorkspace,
  textOf,
} from '../open-for-test.ts';

const UNITY = '/api/2.1/unity-catalog/models';
const MLFLOW = '/api/2.0/mlflow/unity-catalog';

test('a model has versions, which are pending before they are ready, and aliases that stand for them', async (t) => {
  const workspace = await openForTest(t);
  const made = await create(workspace, 'wine');
  await version(workspace, 'main.default.wine');
  const pending = await workspace.ok('GET', `${UNITY}/main.default.wine/versions/1`);

  await finalize(workspace, 'main.default.wine', '1');
  await version(workspace, 'main.default.wine');
  const alias = await workspace.ok('PUT', `${UNITY}/main.default.wine/aliases/champion`, {
    version_num: 1,
  });
  const plain = await workspace.ok('GET', `${UNITY}/main.default.wine`);
  const model = await workspace.ok('GET', `${UNITY}/main.default.wine?include_aliases=true`);
  const first = await workspace.ok(
    'GET',
    `${UNITY}/main.default.wine/aliases/champion?include_aliases=true`,
  );
  const list = await workspace.ok('GET', `${UNITY}/main.default.wine/versions`);
  await workspace.ok('PUT', `${UNITY}/main.default.wine/aliases/champion`, { version_num: 2 });
  const moved = await workspace.ok('GET', `${UNITY}/main.default.wine/aliases/champion`);
  await workspace.ok('DELETE', `${UNITY}/main.default.wine/aliases/champion`);
  const gone = await workspace.call('GET', `${UNITY}/main.default.wine/aliases/champion`);

  assert.deepEqual(
    [made['full_name'], made['owner'], made['catalog_name'], made['schema_name']],
    ['main.default.wine', MEMBER, 'main', 'default'],
  );
  assert.deepEqual([pending['version'], pending['status']], [1, 'PENDING_REGISTRATION']);
  assert.equal(alias['version_num'], 1);
  assert.equal('aliases' in plain, false);
  assert.match(JSON.stringify(model['aliases']), /"alias_name":"champion","version_num":1/u);
  assert.deepEqual([first['version'], first['status']], [1, 'READY']);
  assert.match(JSON.stringify(list), /"version":2.*"version":1/u);
  assert.doesNotMatch(JSON.stringify(list), /aliases|tags/u);
  assert.equal(moved['version'], 2);
  assert.equal(gone.status, 404);
});

test('a page of models may be empty and still have a token', async (t) => {
  const workspace = await openForTest(t, { config: { schemas: ['main.default', 'main.other'] } });
  for (const name of ['a', 'b']) await create(workspace, name, 'other');
  for (const name of ['c', 'd']) await create(workspace, name);
  const list = (query: string) => workspace.ok('GET', `${UNITY}?${query}`);
  const schema = 'catalog_name=main&schema_name=default&max_results=2';

  const first = await list(schema);
  const second = await list(`${schema}&page_token=${textOf(first['next_page_token'])}`);
  const third = await list(`${schema}&page_token=${textOf(second['next_page_token'])}`);
  const all = await list('max_results=0');
  const half = await workspace.call('GET', `${UNITY}?catalog_name=main`);
  const nowhere = await workspace.call('GET', `${UNITY}?catalog_name=main&schema_name=x`);

  assert.deepEqual([namesIn(first), namesIn(second), namesIn(third)], [[], ['c', 'd'], []]);
  assert.equal('next_page_token' in third, false);
  assert.deepEqual(namesIn(all), ['a', 'b', 'c', 'd']);
  assert.equal(half.status, 400);
  assert.deepEqual([nowhere.status, nowhere.body['error_code']], [404, 'SCHEMA_DOES_NOT_EXIST']);
});

test('models and versions are renamed, described, given away and deleted by their owner', async (t) => {
  const workspace = await openForTest(t, { config: { admins: [] } });
  await create(workspace, 'wine');
  await version(workspace, 'main.default.wine');
  await workspace.ok('PUT', `${UNITY}/main.default.wine/aliases/a`, { version_num: 1 });
  const asOther = (method: string, path: string, body?: unknown) =>
    workspace.call(method, `${UNITY}/${path}`, body, `app:${NO_GIT}`);

  const refused = await Promise.all([
    asOther('PATCH', 'main.default.wine', { comment: 'mine' }),
    asOther('PUT', 'main.default.wine/aliases/x', { version_num: 1 }),
    asOther('PATCH', 'main.default.wine/versions/1', { comment: 'mine' }),
    asOther('DELETE', 'main.default.wine/versions/1'),
    asOther('DELETE', 'main.default.wine'),
  ]);
  await workspace.ok('PATCH', `${UNITY}/main.default.wine/versions/1`, { comment: 'one' });
  await workspace.ok('PATCH', `${UNITY}/main.default.wine`, { new_name: 'port', owner: NO_GIT });
  const renamed = await asOther('GET', 'main.default.port/versions/1');
  await asOther('DELETE', 'main.default.port/versions/1');
  const model = await asOther('GET', 'main.default.port?include_aliases=true');
  await asOther('DELETE', 'main.default.port');
  const gone = await asOther('GET', 'main.default.port');

  assert.deepEqual(
    refused.map((one) => one.status),
    [403, 403, 403, 403, 403],
  );
  assert.equal(renamed.body['comment'], 'one');
  assert.equal('aliases' in model.body, false);
  assert.deepEqual(
    [gone.status, gone.body['error_code'], gone.body['message']],
    [404, 'RESOURCE_DOES_NOT_EXIST', "Routine or Model 'main.default.port' does not exist."],
  );
});

test('what there cannot be is refused', async (t) => {
  const workspace = await openForTest(t);
  await create(workspace, 'wine');
  const post = async (body: object) => {
    const answer = await workspace.call('POST', UNITY, body);
    return `${answer.status} ${textOf(answer.body['error_code'])}`;
  };
  const place = { catalog_name: 'main', schema_name: 'default' };

  const answers = await Promise.all([
    post({ ...place, name: 'WINE' }),
    post({ ...place, name: 'a.b' }),
    post({ ...place, catalog_name: 'nowhere', name: 'x' }),
    post({ ...place, schema_name: 'nowhere', name: 'x' }),
    post(place),
  ]);
  const aliases = await Promise.all(
    ['latest', 'v1', 'a b'].map((alias) =>
      workspace.call('PUT', `${UNITY}/main.default.wine/aliases/${encodeURIComponent(alias)}`, {
        version_num: 1,
      }),
    ),
  );

  assert.deepEqual(answers, [
    '400 RESOURCE_ALREADY_EXISTS',
    '400 INVALID_PARAMETER_VALUE',
    '404 CATALOG_DOES_NOT_EXIST',
    '404 SCHEMA_DOES_NOT_EXIST',
    '400 INVALID_PARAMETER_VALUE',
  ]);
  assert.deepEqual(
    aliases.map((one) => one.status),
    [400, 400, 400],
  );
});

test('the mlflow client sees the same models, with tags and aliases in one answer', async (t) => {
  const workspace = await openForTest(t);
  const model = { name: 'main.default.wine' };
  await workspace.ok('POST', `${MLFLOW}/registered-models/create`, {
    ...model,
    tags: [{ key: 'team', value: 'x' }],
  });
  const made = await workspace.ok('POST', `${MLFLOW}/model-versions/create`, {
    ...model,
    source: 'runs:/1/model',
    run_id: 'r1',
  });
  await finalize(workspace, model.name, '1');
  const one = { ...model, version: '1' };
  await workspace.ok('POST', `${MLFLOW}/registered-models/alias`, { ...one, alias: 'champion' });
  await workspace.ok('POST', `${MLFLOW}/model-versions/set-tag`, { ...one, key: 'k', value: 'v' });

  const read = await workspace.ok(
    'GET',
    `${MLFLOW}/model-versions/get?name=${model.name}&version=1`,
  );
  const search = await workspace.ok(
    'GET',
    `${MLFLOW}/model-versions/search?filter=${encodeURIComponent("name='main.default.wine'")}`,
  );
  const rest = await workspace.ok('GET', `${UNITY}/main.default.wine?include_aliases=true`);
  await workspace.ok('DELETE', `${MLFLOW}/registered-models/alias`, {
    ...model,
    alias: 'champion',
  });
  const without = await workspace.ok('GET', `${MLFLOW}/registered-models/get?name=${model.name}`);
  const credentials = await workspace.call(
    'POST',
    `${MLFLOW}/model-versions/generate-temporary-credentials`,
    { ...one, operation: 'MODEL_VERSION_OPERATION_READ_WRITE' },
  );

  assert.equal(objectOf(made['model_version'])['status'], 'PENDING_REGISTRATION');
  const shown = objectOf(read['model_version']);
  assert.deepEqual(
    [shown['version'], shown['status'], shown['aliases'], shown['tags']],
    ['1', 'READY', [{ alias: 'champion', version: '1' }], [{ key: 'k', value: 'v' }]],
  );
  assert.match(JSON.stringify(search), /"aliases":\[\],"tags":\[\]/u);
  assert.match(JSON.stringify(rest['tags']), /"team"/u);
  assert.deepEqual(objectOf(without['registered_model'])['aliases'], []);
  assert.match(textOf(credentials.body['message']), /has no cloud storage/u);
});

test('the files of a model are put, listed and read below /Models, and no path leads out of there', async (t) => {
  const workspace = await openForTest(t);
  await create(workspace, 'wine');
  const files = '/api/2.0/fs/files/Models/main/default/wine/1';
  const directories = '/api/2.0/fs/directories/Models/main/default/wine/1';

  const put = await workspace.call('PUT', `${files}/MLmodel?overwrite=true`, 'flavors: {}');
  const again = await workspace.call('PUT', `${files}/MLmodel`, 'x');
  const got = await workspace.call('GET', `${files}/MLmodel`);
  const list = await workspace.ok('GET', directories);
  const heads = await Promise.all(
    [`${files}/MLmodel`, directories, `${directories}/nowhere`].map((path) =>
      workspace.call('HEAD', path),
    ),
  );
  const full = await workspace.call('DELETE', directories);
  const strange = await workspace.call(
    'PUT',
    '/api/2.0/fs/files/Models/main/default/port/1/x',
    'x',
  );
  const outside = await workspace.call('GET', '/api/2.0/fs/files/Models/..%2f..%2fetc%2fpasswd');
  const gone = await workspace.call('DELETE', `${files}/MLmodel`);
  const missing = await workspace.call('GET', `${files}/MLmodel`);

  assert.deepEqual([put.status, again.status, gone.status], [204, 409, 204]);
  assert.equal(got.text, '"flavors: {}"');
  assert.match(JSON.stringify(list), /"path":"\/Models\/main\/default\/wine\/1\/MLmodel"/u);
  assert.deepEqual(
    heads.map((one) => one.status),
    [200, 200, 404],
  );
  assert.equal(full.body['error_code'], 'DIRECTORY_NOT_EMPTY');
  assert.deepEqual([strange.status, outside.status, missing.status], [404, 400, 404]);
});

function create(workspace: TestWorkspace, name: string, schema = 'default') {
  return workspace.ok('POST', UNITY, { catalog_name: 'main', schema_name: schema, name });
}

function version(workspace: TestWorkspace, name: string) {
  return workspace.ok('POST', `${MLFLOW}/model-versions/create`, { name, source: 'runs:/1/model' });
}

function finalize(workspace: TestWorkspace, name: string, number: string) {
  return workspace.ok('POST', `${MLFLOW}/model-versions/finalize`, { name, version: number });
}

function namesIn(answer: Readonly<Record<string, unknown>>): unknown[] {
  const models = answer['registered_models'];
  return Array.isArray(models) ? models.map((one) => objectOf(one)['name']) : [];
}
