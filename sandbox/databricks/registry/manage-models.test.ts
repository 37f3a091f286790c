import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';

import {
  MEMBER,
  NO_GIT,
  objectOf,
  openForTest,
  type TestWorkspace,
  textOf,
  USER_TOKEN,
} from '../open-for-test.ts';

const MLFLOW = '/api/2.0/mlflow';
const OTHER = `app:${NO_GIT}`;

test('models are listed, tagged, renamed with all that is theirs, and deleted', async (t) => {
  const workspace = await openWithModel(t);
  await workspace.ok('POST', `${MLFLOW}/registered-models/create`, { name: 'beer' });
  const tag = { name: 'wine', key: 'team', value: 'growth' };

  await workspace.ok('POST', `${MLFLOW}/registered-models/set-tag`, tag);
  await workspace.ok('POST', `${MLFLOW}/registered-models/set-tag`, { ...tag, key: 'other' });
  await workspace.ok('DELETE', `${MLFLOW}/registered-models/delete-tag?name=wine&key=other`);
  const page = await workspace.ok('GET', `${MLFLOW}/registered-models/list?max_results=1`);
  const next = await workspace.ok(
    'GET',
    `${MLFLOW}/registered-models/list?max_results=1&page_token=${textOf(page['next_page_token'])}`,
  );
  const taken = await workspace.call('POST', `${MLFLOW}/registered-models/rename`, {
    name: 'wine',
    new_name: 'beer',
  });
  await workspace.ok('POST', `${MLFLOW}/registered-models/rename`, {
    name: 'wine',
    new_name: 'port',
  });
  const version = await workspace.ok('GET', `${MLFLOW}/model-versions/get?name=port&version=1`);
  const old = await workspace.call('GET', `${MLFLOW}/registered-models/get?name=wine`);
  await move(workspace, { name: 'port', stage: 'Staging' });
  const busy = await workspace.call('DELETE', `${MLFLOW}/registered-models/delete?name=port`);
  await move(workspace, { name: 'port', stage: 'Archived' });
  await workspace.ok('DELETE', `${MLFLOW}/registered-models/delete?name=port`);
  const gone = await workspace.call('GET', `${MLFLOW}/registered-models/get?name=port`);

  assert.deepEqual([namesIn(page), namesIn(next)], [['beer'], ['wine']]);
  assert.match(JSON.stringify(next), /"tags":\[\{"key":"team","value":"growth"\}\]/u);
  assert.equal(taken.body['error_code'], 'RESOURCE_ALREADY_EXISTS');
  assert.equal(objectOf(version['model_version'])['name'], 'port');
  assert.deepEqual([old.status, gone.status], [404, 404]);
  assert.equal(busy.body['error_code'], 'INVALID_STATE');
});

test('the number of a deleted version is not given out again', async (t) => {
  const workspace = await openWithModel(t);

  await workspace.ok('DELETE', `${MLFLOW}/model-versions/delete?name=wine&version=1`);
  const gone = await workspace.call('GET', `${MLFLOW}/model-versions/get?name=wine&version=1`);
  const made = await workspace.ok('POST', `${MLFLOW}/model-versions/create`, {
    name: 'wine',
    source: 'x',
  });

  assert.equal(gone.status, 404);
  assert.equal(objectOf(made['model_version'])['version'], '2');
});

test('each level of permission allows what it is named after, and no more', async (t) => {
  const workspace = await openWithModel(t, { admins: ['ann@example.com'] });
  const id = await modelId(workspace);
  const version = { name: 'wine', version: '1' };
  const tries: readonly (readonly [string, string, object?])[] = [
    ['GET', 'model-versions/get?name=wine&version=1'],
    ['POST', 'transition-requests/create', { ...version, stage: 'Archived' }],
    ['POST', 'model-versions/set-tag', { ...version, key: 'k', value: 'v' }],
    ['POST', 'model-versions/transition-stage', { ...version, stage: 'Staging' }],
    ['POST', 'model-versions/transition-stage', { ...version, stage: 'Production' }],
    ['POST', 'registered-models/rename', { name: 'wine', new_name: 'wine2' }],
  ];
  const levels = [
    null,
    'CAN_READ',
    'CAN_EDIT',
    'CAN_MANAGE_STAGING_VERSIONS',
    'CAN_MANAGE_PRODUCTION_VERSIONS',
    'CAN_MANAGE',
  ];

  const allowed: number[] = [];
  for (const level of levels) {
    if (level) await grant(workspace, id, level);
    const statuses = [];
    for (const [method, path, body] of tries) {
      statuses.push((await workspace.call(method, `${MLFLOW}/${path}`, body, OTHER)).status);
    }
    allowed.push(statuses.filter((status) => status !== 403).length);
    // The stages as before, for the next level.
    await workspace.call('POST', `${MLFLOW}/model-versions/transition-stage`, {
      ...version,
      stage: 'None',
    });
    const request = `name=wine&version=1&stage=Archived&creator=${NO_GIT}`;
    await workspace.call('DELETE', `${MLFLOW}/transition-requests/delete?${request}`);
  }

  assert.deepEqual(allowed, [0, 2, 3, 4, 5, 6]);
});

test('available_actions and permission_level are those of who asks', async (t) => {
  const workspace = await openWithModel(t, { admins: ['ann@example.com'] });
  await grant(workspace, await modelId(workspace), 'CAN_READ');
  const request = { name: 'wine', version: '1', stage: 'Staging' };
  const requests = `${MLFLOW}/transition-requests`;

  const made = await workspace.call('POST', `${requests}/create`, request, OTHER);
  const forMember = await workspace.ok('GET', `${requests}/list?name=wine&version=1`);
  const approval = { ...request, archive_existing_versions: false };
  const refused = await workspace.call('POST', `${requests}/approve`, approval, OTHER);
  const still = await workspace.ok('GET', `${requests}/list?name=wine&version=1`);
  const levels = await Promise.all(
    [OTHER, undefined, USER_TOKEN].map(async (token) => {
      const path = `${MLFLOW}/databricks/registered-models/get?name=wine`;
      const { body } = await workspace.call('GET', path, undefined, token);
      return objectOf(body['registered_model_databricks'])['permission_level'];
    }),
  );
  const search = await workspace.call(
    'GET',
    `${MLFLOW}/registered-models/search`,
    undefined,
    `app:${MEMBER}`,
  );

  assert.deepEqual(objectOf(made.body['request'])['available_actions'], [
    'CANCEL_TRANSITION_REQUEST',
  ]);
  assert.match(
    JSON.stringify(forMember),
    /"available_actions":\["APPROVE_TRANSITION_REQUEST","REJECT_TRANSITION_REQUEST"\]/u,
  );
  assert.equal(refused.status, 403);
  assert.deepEqual(still, forMember);
  assert.deepEqual(levels, ['CAN_READ', 'CAN_MANAGE', 'CAN_MANAGE']);
  assert.deepEqual(namesIn(search.body), ['wine']);
});

test('permissions on all models at once count for each', async (t) => {
  const workspace = await openWithModel(t, { admins: ['ann@example.com'] });
  const root = '/api/2.0/permissions/registered-models/root';
  const list = [{ group_name: 'users', permission_level: 'CAN_READ' }];
  const read = () =>
    workspace.call('GET', `${MLFLOW}/registered-models/get?name=wine`, undefined, OTHER);

  const before = await read();
  const byMember = await workspace.call('PUT', root, { access_control_list: list });
  await workspace.call('PUT', root, { access_control_list: list }, USER_TOKEN);
  const after = await read();
  const shown = await workspace.ok(
    'GET',
    `/api/2.0/permissions/registered-models/${await modelId(workspace)}`,
  );
  const unknown = await workspace.call('GET', '/api/2.0/permissions/clusters/1');

  assert.deepEqual([before.status, byMember.status, after.status], [403, 403, 200]);
  assert.equal(shown['object_type'], 'registered-model');
  assert.match(textOf(unknown.body['message']), /jobs and registered-models, not for 'clusters'/u);
});

async function openWithModel(t: TestContext, config: object = {}): Promise<TestWorkspace> {
  const workspace = await openForTest(t, { config });
  await workspace.ok('POST', `${MLFLOW}/registered-models/create`, { name: 'wine' });
  await workspace.ok('POST', `${MLFLOW}/model-versions/create`, { name: 'wine', source: 'x' });
  return workspace;
}

async function modelId(workspace: TestWorkspace): Promise<string> {
  const path = `${MLFLOW}/databricks/registered-models/get?name=wine`;
  const answer = await workspace.ok('GET', path);
  return textOf(objectOf(answer['registered_model_databricks'])['id']);
}

function grant(workspace: TestWorkspace, id: string, level: string) {
  const entry = { service_principal_name: NO_GIT, permission_level: level };
  return workspace.ok('PATCH', `/api/2.0/permissions/registered-models/${id}`, {
    access_control_list: [entry],
  });
}

function move(workspace: TestWorkspace, to: { readonly name: string; readonly stage: string }) {
  return workspace.ok('POST', `${MLFLOW}/model-versions/transition-stage`, { ...to, version: '1' });
}

function namesIn(answer: Readonly<Record<string, unknown>>): unknown[] {
  const models = answer['registered_models'];
  return Array.isArray(models) ? models.map((one) => objectOf(one)['name']) : [];
}
