import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';

import { z } from 'zod';

import { objectOf, openForTest, type TestWorkspace, textOf } from '../open-for-test.ts';
import { receive } from './receiver-for-test.ts';
import { signature } from './send.ts';

const Vector = z.object({
  secret: z.string(),
  body: z.string(),
  headers: z.object({ 'X-Databricks-Signature': z.string() }),
});

test('a signature is the lower-case hex HMAC-SHA256 of the body', async () => {
  const text = await readFile(join(import.meta.dirname, 'hmac-sha256-vector.json'), 'utf8');
  const { secret, body, headers } = Vector.parse(JSON.parse(text));

  assert.equal(signature(secret, body), headers['X-Databricks-Signature']);
});

test('a transition is sent as documented, signed over the raw body, with the authorization given', async (t) => {
  const { workspace, receiver } = await openWithReceiver(t);
  const http = { url: receiver.url, secret: 'signalbox-demo-secret', authorization: 'Bearer abc' };
  const webhook = await create(workspace, { events: ['MODEL_VERSION_TRANSITIONED_STAGE'], http });

  await move(workspace, '1', 'Staging');

  const [request] = await receiver.requests(1);
  assert.ok(request);
  const body = objectOf(JSON.parse(request.body));
  assert.deepEqual(Object.entries(body), [
    ['event', 'MODEL_VERSION_TRANSITIONED_STAGE'],
    ['webhook_id', webhook['id']],
    ['event_timestamp', body['event_timestamp']],
    ['model_name', 'churn-model'],
    ['version', '1'],
    ['to_stage', 'Staging'],
    ['from_stage', 'None'],
    ['text', "Registered model 'churn-model' version 1 transitioned from None to Staging."],
  ]);
  assert.equal(typeof body['event_timestamp'], 'number');
  const expected = createHmac('sha256', http.secret).update(request.body).digest('hex');
  assert.equal(request.headers['x-databricks-signature'], expected);
  assert.equal(request.headers['authorization'], 'Bearer abc');
  assert.equal(request.headers['content-type'], 'application/json');
  assert.ok(workspace.hidden.has(http.secret) && workspace.hidden.has('Bearer abc'));
});

test('without a secret there is no signature, without an authorization no such header', async (t) => {
  const { workspace, receiver } = await openWithReceiver(t);
  const http = { url: receiver.url, authorization: '' };
  await create(workspace, { events: ['COMMENT_CREATED'], http });

  const comment = { name: 'churn-model', version: '1', comment: 'raw <text>' };
  await workspace.ok('POST', '/api/2.0/mlflow/comments/create', comment);

  const [request] = await receiver.requests(1);
  assert.equal(request?.headers['x-databricks-signature'], undefined);
  assert.equal(request?.headers['authorization'], undefined);
  assert.match(request?.body ?? '', /"comment":"raw <text>","text":"A user commented on/u);
});

test('who asks for the general and the special name of a transition hears both', async (t) => {
  const { workspace, receiver } = await openWithReceiver(t);
  const events = ['MODEL_VERSION_TRANSITIONED_STAGE', 'MODEL_VERSION_TRANSITIONED_TO_PRODUCTION'];
  await create(workspace, { events, http: { url: receiver.url } });

  await move(workspace, '1', 'Production');
  await workspace.close();

  const heard = (await receiver.requests(2)).map((one) => eventOf(one.body));
  assert.deepEqual(heard.toSorted(), events);
});

test('a promotion with archiving tells of the version that it replaces too', async (t) => {
  const { workspace, receiver } = await openWithReceiver(t);
  await move(workspace, '1', 'Production');
  await create(workspace, {
    events: ['MODEL_VERSION_TRANSITIONED_STAGE'],
    http: { url: receiver.url },
  });

  await move(workspace, '2', 'Production', true);

  const texts = (await receiver.requests(2)).map((one) => textIn(one.body));
  assert.deepEqual(texts.toSorted(), [
    "Registered model 'churn-model' version 1 transitioned from Production to Archived.",
    "Registered model 'churn-model' version 2 transitioned from None to Production.",
  ]);
});

test('webhooks in TEST_MODE, disabled ones, and those of other models hear nothing', async (t) => {
  const { workspace, receiver } = await openWithReceiver(t);
  const events = ['MODEL_VERSION_TAG_SET'];
  const http = { url: receiver.url };
  await workspace.ok('POST', '/api/2.0/mlflow/registered-models/create', { name: 'other' });
  await create(workspace, { events, http, status: 'TEST_MODE' });
  await create(workspace, { events, http, status: 'DISABLED' });
  await create(workspace, { events, http, model: 'other' });
  const everything = await create(workspace, { events, http, model: null });

  const tag = { name: 'churn-model', version: '1', key: 'validated', value: 'true' };
  await workspace.ok('POST', '/api/2.0/mlflow/model-versions/set-tag', tag);
  await workspace.close();

  const requests = await receiver.requests(1);
  assert.equal(requests.length, 1);
  assert.match(
    requests[0]?.body ?? '',
    new RegExp(`"webhook_id":"${textOf(everything['id'])}"`, 'u'),
  );
  assert.match(requests[0]?.body ?? '', /"tags":\[\{"key":"validated","value":"true"\}\]/u);
});

test('a receiver that fails is not tried again, and hurts nobody', async (t) => {
  const { workspace, receiver } = await openWithReceiver(t, 503);
  const events = ['MODEL_VERSION_TRANSITIONED_STAGE'];
  await create(workspace, { events, http: { url: 'http://127.0.0.1:1/nobody' } });
  await create(workspace, { events, http: { url: receiver.url } });

  await move(workspace, '1', 'Staging');
  await workspace.close();

  assert.equal((await receiver.requests(1)).length, 1);
});

test('test sends a sample, in any status, and tells what the receiver said', async (t) => {
  const { workspace, receiver } = await openWithReceiver(t);
  const events = ['MODEL_VERSION_TRANSITIONED_STAGE'];
  const given = { events, status: 'TEST_MODE' };
  const webhook = await create(workspace, { ...given, http: { url: receiver.url, secret: 's' } });
  const dead = await create(workspace, { ...given, http: { url: 'http://127.0.0.1:1/' } });

  const path = '/api/2.0/mlflow/registry-webhooks/test';
  const answer = await workspace.ok('POST', path, { id: webhook['id'] });
  const nobody = await workspace.ok('POST', path, { id: dead['id'] });
  const [request] = await receiver.requests(1);

  assert.deepEqual(answer, { status_code: 200, body: 'OK' });
  assert.equal(nobody['status_code'], 0);
  assert.equal(request?.headers['x-databricks-signature'], signature('s', request?.body ?? ''));
});

test('webhooks are listed, changed and deleted, and never give a secret back', async (t) => {
  const { workspace, receiver } = await openWithReceiver(t);
  const path = '/api/2.0/mlflow/registry-webhooks';
  const http = { url: receiver.url, secret: 'top', authorization: 'Bearer abc' };
  const webhook = await create(workspace, { events: ['COMMENT_CREATED'], http });

  const changed = await workspace.ok('PATCH', `${path}/update`, {
    id: webhook['id'],
    events: ['MODEL_VERSION_CREATED'],
    status: 'DISABLED',
  });
  const list = await workspace.ok(
    'GET',
    `${path}/list?model_name=churn-model&events=COMMENT_CREATED&events=MODEL_VERSION_CREATED`,
  );
  const others = await workspace.ok('GET', `${path}/list?events=COMMENT_CREATED`);
  await workspace.ok('DELETE', `${path}/delete?id=${textOf(webhook['id'])}`);
  const gone = await workspace.call('DELETE', `${path}/delete`, { id: webhook['id'] });

  assert.deepEqual(webhook['http_url_spec'], { url: receiver.url, enable_ssl_verification: true });
  assert.match(
    JSON.stringify(changed),
    /"events":\["MODEL_VERSION_CREATED"\].*"status":"DISABLED"/u,
  );
  assert.deepEqual(list, { webhooks: [changed['webhook']] });
  assert.deepEqual(others, { webhooks: [] });
  assert.deepEqual([gone.status, gone.body['error_code']], [404, 'RESOURCE_DOES_NOT_EXIST']);
  assert.doesNotMatch(JSON.stringify([webhook, changed, list]), /top|Bearer abc/u);
});

test('a receiver has to speak https, unless it is on this machine', async (t) => {
  const { workspace } = await openWithReceiver(t);
  const path = '/api/2.0/mlflow/registry-webhooks/create';
  const events = ['COMMENT_CREATED'];

  const bodies = [
    { events, http_url_spec: { url: 'http://example.com/hook' } },
    { events, http_url_spec: { url: 'ftp://127.0.0.1/' } },
    { events, job_spec: { job_id: '1', access_token: 'x' } },
    { events: ['NOT_AN_EVENT'], http_url_spec: { url: 'https://example.com/' } },
    {
      events: ['REGISTERED_MODEL_CREATED'],
      model_name: 'churn-model',
      http_url_spec: { url: 'https://example.com/' },
    },
  ];
  const answers = await Promise.all(bodies.map((body) => workspace.call('POST', path, body)));
  const good = await workspace.call('POST', path, {
    events,
    http_url_spec: { url: 'https://signalbox.example.com/hooks/databricks/w1' },
  });

  assert.deepEqual(
    answers.map(({ status, body }) => [status, body['error_code']]),
    bodies.map(() => [400, 'INVALID_PARAMETER_VALUE']),
  );
  assert.equal(good.status, 200);
});

interface WebhookGiven {
  readonly events: readonly string[];
  readonly http: Readonly<Record<string, unknown>>;
  readonly status?: string;
  /** null: for every model. */
  readonly model?: string | null;
}

async function create(workspace: TestWorkspace, given: WebhookGiven) {
  const { events, http, status, model = 'churn-model' } = given;
  const body = {
    events,
    http_url_spec: http,
    status,
    ...(model !== null && { model_name: model }),
  };
  const answer = await workspace.ok('POST', '/api/2.0/mlflow/registry-webhooks/create', body);
  return objectOf(answer['webhook']);
}

function move(workspace: TestWorkspace, version: string, stage: string, archive = false) {
  const body = { name: 'churn-model', version, stage, archive_existing_versions: archive };
  return workspace.ok('POST', '/api/2.0/mlflow/databricks/model-versions/transition-stage', body);
}

/** A workspace with two versions of `churn-model`, and somebody who listens. */
async function openWithReceiver(t: TestContext, status = 200) {
  const workspace = await openForTest(t);
  const model = { name: 'churn-model' };
  await workspace.ok('POST', '/api/2.0/mlflow/registered-models/create', model);
  const version = { ...model, source: 'dbfs:/models/1' };
  await workspace.ok('POST', '/api/2.0/mlflow/model-versions/create', version);
  await workspace.ok('POST', '/api/2.0/mlflow/model-versions/create', version);
  return { workspace, receiver: await receive(t, status) };
}

const Payload = z.object({ event: z.string(), text: z.string() });

function eventOf(body: string): string {
  return Payload.parse(JSON.parse(body)).event;
}

function textIn(body: string): string {
  return Payload.parse(JSON.parse(body)).text;
}
