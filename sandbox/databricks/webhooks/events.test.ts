import assert from 'node:assert/strict';
import { test } from 'node:test';

import { objectOf, openForTest } from '../open-for-test.ts';
import { receive } from './receiver-for-test.ts';
import { WebhookEvent } from './webhook.ts';

const MLFLOW = '/api/2.0/mlflow';

test('each of the twelve events comes of what it is named after', async (t) => {
  const workspace = await openForTest(t);
  const receiver = await receive(t);
  await workspace.ok('POST', `${MLFLOW}/registry-webhooks/create`, {
    events: WebhookEvent.options,
    http_url_spec: { url: receiver.url },
  });
  const version = { name: 'wine', version: '1' };
  const request = (stage: string) =>
    workspace.ok('POST', `${MLFLOW}/transition-requests/create`, { ...version, stage });
  const move = (stage: string) =>
    workspace.ok('POST', `${MLFLOW}/model-versions/transition-stage`, { ...version, stage });

  await workspace.ok('POST', `${MLFLOW}/registered-models/create`, { name: 'wine' });
  await workspace.ok('POST', `${MLFLOW}/model-versions/create`, { name: 'wine', source: 'x' });
  const tag = { ...version, key: 'k', value: 'v' };
  await workspace.ok('POST', `${MLFLOW}/model-versions/set-tag`, tag);
  await workspace.ok('POST', `${MLFLOW}/comments/create`, { ...version, comment: 'c' });
  for (const stage of ['Staging', 'Production', 'Archived']) {
    await request(stage);
    await move(stage);
  }
  // What no event is told of.
  await workspace.ok('DELETE', `${MLFLOW}/model-versions/delete-tag?name=wine&version=1&key=k`);
  await workspace.ok('PATCH', `${MLFLOW}/model-versions/update`, { ...version, description: 'd' });
  await workspace.ok('POST', `${MLFLOW}/registered-models/set-tag`, { ...tag, version: undefined });
  await workspace.ok('DELETE', `${MLFLOW}/registered-models/delete?name=wine`);
  await workspace.close();

  const heard = (await receiver.requests(1)).map((one) => objectOf(JSON.parse(one.body)));
  const counts = Object.groupBy(heard, (one) => String(one['event']));
  assert.deepEqual(
    Object.fromEntries(Object.entries(counts).map(([event, all]) => [event, all?.length])),
    {
      REGISTERED_MODEL_CREATED: 1,
      MODEL_VERSION_CREATED: 1,
      MODEL_VERSION_TAG_SET: 1,
      COMMENT_CREATED: 1,
      TRANSITION_REQUEST_CREATED: 3,
      TRANSITION_REQUEST_TO_STAGING_CREATED: 1,
      TRANSITION_REQUEST_TO_PRODUCTION_CREATED: 1,
      TRANSITION_REQUEST_TO_ARCHIVED_CREATED: 1,
      MODEL_VERSION_TRANSITIONED_STAGE: 3,
      MODEL_VERSION_TRANSITIONED_TO_STAGING: 1,
      MODEL_VERSION_TRANSITIONED_TO_PRODUCTION: 1,
      MODEL_VERSION_TRANSITIONED_TO_ARCHIVED: 1,
    },
  );
  for (const one of heard) {
    assert.ok(one['webhook_id'] && one['event_timestamp'] && one['model_name'] && one['text']);
  }
});
