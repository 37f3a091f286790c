import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';

import {
  MEMBER,
  objectOf,
  openForTest,
  type TestWorkspace,
  textOf,
  USER_TOKEN,
} from '../open-for-test.ts';

test('versions count up in text, and stand in no stage at first', async (t) => {
  const workspace = await openWithModel(t);

  const first = await newVersion(workspace);
  const second = await newVersion(workspace, { tags: [{ key: 'auc', value: '0.9' }] });
  const read = await get(workspace, 'model-versions/get?name=wine&version=2');

  assert.deepEqual([first['version'], second['version']], ['1', '2']);
  assert.deepEqual(read['model_version'], second);
  assert.deepEqual(pick(second, ['current_stage', 'status', 'user_id', 'source', 'tags']), {
    current_stage: 'None',
    status: 'READY',
    user_id: MEMBER,
    source: 'dbfs:/models/wine',
    tags: [{ key: 'auc', value: '0.9' }],
  });
});

test('a model that is there already is refused, one that is missing is named', async (t) => {
  const workspace = await openWithModel(t);

  const twice = await workspace.call('POST', `${MLFLOW}/registered-models/create`, {
    name: 'wine',
  });
  const empty = await workspace.call('POST', `${MLFLOW}/registered-models/create`, { name: '' });
  const model = await workspace.call('GET', `${MLFLOW}/databricks/registered-models/get?name=beer`);
  const version = await workspace.call('GET', `${MLFLOW}/model-versions/get?name=wine&version=9`);

  assert.deepEqual([twice.status, twice.body['error_code']], [400, 'RESOURCE_ALREADY_EXISTS']);
  assert.deepEqual([empty.status, empty.body['error_code']], [400, 'INVALID_PARAMETER_VALUE']);
  assert.deepEqual(
    [model.status, model.body],
    [
      404,
      {
        error_code: 'RESOURCE_DOES_NOT_EXIST',
        message: "RegisteredModel 'beer' does not exist. It might have been deleted.",
      },
    ],
  );
  assert.deepEqual([version.status, version.body['error_code']], [404, 'RESOURCE_DOES_NOT_EXIST']);
});

test('a promotion archives what was there, if it is told to', async (t) => {
  const workspace = await openWithModel(t);
  await newVersion(workspace);
  await newVersion(workspace);
  await transition(workspace, '1', 'production', false);

  const moved = await transition(workspace, '2', 'Production', true);
  const wrong = await workspace.call('POST', TRANSITION, move('2', 'Archived', true));
  const unknown = await workspace.call('POST', TRANSITION, move('2', 'Canary', false));
  const noFlag = await workspace.call('POST', TRANSITION, {
    ...move('2', 'None', false),
    archive_existing_versions: undefined,
  });

  assert.match(JSON.stringify(moved), /"current_stage":"Production".*"open_requests":\[\]/u);
  assert.equal(await stageOf(workspace, '1'), 'Archived');
  assert.match(textOf(wrong.body['message']), /because 'Archived' is not an Active stage/u);
  assert.match(textOf(unknown.body['message']), /Invalid Model Version stage: Canary\./u);
  assert.equal(noFlag.body['message'], 'Missing required field: archive_existing_versions');
});

test('the newest version of a stage is found, and nothing where there is none', async (t) => {
  const workspace = await openWithModel(t);
  await newVersion(workspace);
  await newVersion(workspace);
  await transition(workspace, '1', 'Staging', false);
  await transition(workspace, '2', 'Staging', false);
  const path = `${MLFLOW}/registered-models/get-latest-versions`;

  const staging = await workspace.ok('POST', path, { name: 'wine', stages: ['Staging'] });
  const production = await workspace.ok('POST', path, { name: 'wine', stages: ['Production'] });

  assert.match(JSON.stringify(staging), /^\{"model_versions":\[\{"name":"wine","version":"2"/u);
  assert.deepEqual(production, {});
});

test('versions and models are searched by filter, in order, page by page', async (t) => {
  const workspace = await openWithModel(t);
  await workspace.ok('POST', `${MLFLOW}/registered-models/create`, { name: 'Wine and cheese' });
  for (const run_id of ['r1', 'r2', 'r1']) {
    await newVersion(workspace, { run_id, tags: [{ key: 'my tag', value: run_id }] });
  }
  const versions = async (filter: string, more = '') => {
    const path = `model-versions/search?filter=${encodeURIComponent(filter)}${more}`;
    return numbersIn(await get(workspace, path));
  };

  const byRun = await versions("name = 'wine' AND run_id='r1'", '&order_by=version_number%20ASC');
  const byTag = await versions("tags.`my tag` = 'r2'");
  const none = await versions("name='beer'");
  const page = await get(
    workspace,
    'model-versions/search?max_results=2&order_by=version_number%20DESC',
  );
  const next = await get(
    workspace,
    `model-versions/search?max_results=2&order_by=version_number%20DESC&page_token=${textOf(page['next_page_token'])}`,
  );
  const like = await get(
    workspace,
    `registered-models/search?filter=${encodeURIComponent("name ILIKE 'wine%'")}`,
  );
  const unread = await workspace.call('GET', `${MLFLOW}/model-versions/search?filter=stage%3D'x'`);

  assert.deepEqual(byRun, ['1', '3']);
  assert.deepEqual(byTag, ['2']);
  assert.deepEqual(none, []);
  assert.deepEqual([numbersIn(page), numbersIn(next)], [['3', '2'], ['1']]);
  assert.deepEqual(JSON.stringify(like).match(/"name":"[^"]+","creation/gu)?.length, 2);
  assert.match(textOf(unread.body['message']), /^Invalid filter 'stage='x''\. Known fields: name/u);
});

test('tags, descriptions and comments can be set, changed and taken away', async (t) => {
  const workspace = await openWithModel(t);
  await newVersion(workspace);
  const version = { name: 'wine', version: '1' };

  const tag = { ...version, key: 'signalbox.verdict', value: 'succeeded' };
  await workspace.ok('POST', `${MLFLOW}/model-versions/set-tag`, tag);
  await workspace.ok('POST', `${MLFLOW}/model-versions/set-tag`, { ...tag, key: 'other' });
  await workspace.ok('DELETE', `${MLFLOW}/model-versions/delete-tag?name=wine&version=1&key=other`);
  const text = { ...version, description: 'Better' };
  const updated = await workspace.ok('PATCH', `${MLFLOW}/model-versions/update`, text);
  const long = await workspace.call('POST', `${MLFLOW}/model-versions/set-tag`, {
    ...tag,
    value: 'x'.repeat(5001),
  });
  const made = await workspace.ok('POST', `${MLFLOW}/comments/create`, {
    ...version,
    comment: 'One',
  });
  const id = textOf(objectOf(made['comment'])['id']);
  const changed = await workspace.ok('PATCH', `${MLFLOW}/comments/update`, { id, comment: 'Two' });
  await workspace.ok('DELETE', `${MLFLOW}/comments/delete?id=${id}`);
  const gone = await workspace.call('DELETE', `${MLFLOW}/comments/delete?id=${id}`);

  assert.match(
    JSON.stringify(updated),
    /"description":"Better".*"tags":\[\{"key":"signalbox\.verdict","value":"succeeded"\}\]/u,
  );
  assert.equal(long.status, 400);
  assert.match(
    JSON.stringify(changed),
    /"comment":"Two".*"available_actions":\["EDIT_COMMENT","DELETE_COMMENT"\]/u,
  );
  assert.equal(gone.status, 404);
});

test('a transition request is approved into a transition, or rejected, or withdrawn by its creator', async (t) => {
  const workspace = await openWithModel(t);
  await newVersion(workspace);
  const path = `${MLFLOW}/transition-requests`;
  const request = { name: 'wine', version: '1', stage: 'Staging' };
  const open = () => get(workspace, 'transition-requests/list?name=wine&version=1');

  const made = await workspace.ok('POST', `${path}/create`, { ...request, comment: 'Please' });
  const twice = await workspace.call('POST', `${path}/create`, request);
  const listed = await open();
  const approval = { ...request, archive_existing_versions: false, comment: 'Fine' };
  const approved = await workspace.ok('POST', `${path}/approve`, approval);
  const again = await workspace.call('POST', `${path}/approve`, approval);

  const upwards = { ...request, stage: 'Production' };
  await workspace.call('POST', `${path}/create`, upwards, USER_TOKEN);
  const rejected = await workspace.ok('POST', `${path}/reject`, { ...upwards, comment: 'No' });
  await workspace.ok('POST', `${path}/create`, upwards);
  const query = `name=wine&version=1&stage=Production&creator=${MEMBER}`;
  const withdrawn = await workspace.ok('DELETE', `${path}/delete?${query}`);

  assert.deepEqual(pick(made['request'], ['to_stage', 'user_id', 'comment']), {
    to_stage: 'Staging',
    user_id: MEMBER,
    comment: 'Please',
  });
  assert.equal(twice.body['error_code'], 'RESOURCE_ALREADY_EXISTS');
  assert.match(JSON.stringify(listed), /"available_actions":\["APPROVE_TRANSITION_REQUEST"/u);
  assert.deepEqual(
    pick(approved['activity'], ['activity_type', 'from_stage', 'to_stage', 'comment']),
    {
      activity_type: 'APPROVED_REQUEST',
      from_stage: 'None',
      to_stage: 'Staging',
      comment: 'Fine',
    },
  );
  assert.equal(again.status, 404);
  assert.equal(await stageOf(workspace, '1'), 'Staging');
  assert.match(JSON.stringify([rejected, withdrawn]), /REJECTED_REQUEST.*CANCELLED_REQUEST/u);
  assert.deepEqual(await open(), {});
});

const MLFLOW = '/api/2.0/mlflow';
const TRANSITION = `${MLFLOW}/databricks/model-versions/transition-stage`;

async function openWithModel(t: TestContext): Promise<TestWorkspace> {
  const workspace = await openForTest(t);
  await workspace.ok('POST', `${MLFLOW}/registered-models/create`, { name: 'wine' });
  return workspace;
}

async function newVersion(workspace: TestWorkspace, more: Record<string, unknown> = {}) {
  const body = { name: 'wine', source: 'dbfs:/models/wine', ...more };
  const made = await workspace.ok('POST', `${MLFLOW}/model-versions/create`, body);
  return objectOf(made['model_version']);
}

function get(workspace: TestWorkspace, path: string) {
  return workspace.ok('GET', `${MLFLOW}/${path}`);
}

function move(version: string, stage: string, archive: boolean) {
  return { name: 'wine', version, stage, archive_existing_versions: archive };
}

function transition(workspace: TestWorkspace, version: string, stage: string, archive: boolean) {
  return workspace.ok('POST', TRANSITION, move(version, stage, archive));
}

async function stageOf(workspace: TestWorkspace, version: string): Promise<unknown> {
  const answer = await get(workspace, `model-versions/get?name=wine&version=${version}`);
  return pick(answer['model_version'], ['current_stage'])['current_stage'];
}

function numbersIn(answer: Readonly<Record<string, unknown>>): unknown[] {
  const versions = answer['model_versions'];
  assert.ok(Array.isArray(versions));
  return versions.map((one: unknown) => pick(one, ['version'])['version']);
}

function pick(value: unknown, names: readonly string[]): Record<string, unknown> {
  const all = Object.entries(objectOf(value));
  return Object.fromEntries(all.filter(([name]) => names.includes(name)));
}
