import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';

import { z } from 'zod';

import { listen } from '../../kit/listen.ts';
import { openForTest, type TestServer, TO_LOOPBACK } from '../open-for-test.ts';
import { openReceiver } from './receiver-for-test.ts';

/** Everything at once, for tests of what comes and not of when. */
const AT_ONCE = { ...TO_LOOPBACK, webhook_cache_ttl: 0, webhook_backoff: 0.002 };

const Made = z.object({ webhook: z.object({ webhook_id: z.string() }) });

test('a receiver that fails is tried four times, with the same id, time and signature', async (t) => {
  const server = await openForTest(t, AT_ONCE);
  const receiver = await openReceiver(
    t,
    Array.from({ length: 4 }, () => ({ status: 503 })),
  );
  await webhook(server, receiver.url);

  await server.ok('POST', 'registered-models/create', { name: 'churn' });
  const heard = await receiver.until(4);

  const told = heard.map(({ headers, body }) => [
    headers['x-mlflow-delivery-id'],
    headers['x-mlflow-timestamp'],
    headers['x-mlflow-signature'],
    body,
  ]);
  assert.deepEqual(
    told,
    Array.from({ length: 4 }, () => told[0]),
  );
  await quiet(server, receiver);
  assert.equal(receiver.heard.length, 4);
});

test('429 and 5xx are tried again until they pass; 413 only where it says when', async (t) => {
  const server = await openForTest(t, AT_ONCE);
  const told = [{ status: 429 }, { status: 500 }, { status: 413, headers: { 'retry-after': '0' } }];
  const receiver = await openReceiver(t, told);
  await webhook(server, receiver.url);

  await server.ok('POST', 'registered-models/create', { name: 'churn' });

  await receiver.until(4);
  await quiet(server, receiver);
  assert.equal(receiver.heard.length, 4);
});

test('a 4xx is final: the event is lost, and nobody is told', async (t) => {
  const server = await openForTest(t, AT_ONCE);
  const receiver = await openReceiver(t, [{ status: 404 }, { status: 413 }]);
  await webhook(server, receiver.url);

  await server.ok('POST', 'registered-models/create', { name: 'one' });
  await receiver.until(1);
  await server.ok('POST', 'registered-models/create', { name: 'two' });
  await receiver.until(2);
  await quiet(server, receiver);

  assert.equal(receiver.heard.length, 2);
});

test('a redirect is followed by a GET that has lost the body, a 307 by the same POST', async (t) => {
  const server = await openForTest(t, AT_ONCE);
  const elsewhere = { location: '/elsewhere' };
  const receiver = await openReceiver(t, [
    { status: 302, headers: elsewhere },
    { status: 200 },
    { status: 307, headers: elsewhere },
  ]);
  const id = await webhook(server, receiver.url);

  await server.ok('POST', `webhooks/${id}/test`, {});
  await server.ok('POST', `webhooks/${id}/test`, {});

  const seen = receiver.heard.map(({ method, path, body }) => [method, path, body.length > 0]);
  assert.deepEqual(seen, [
    ['POST', '/hook?x=1', true],
    ['GET', '/elsewhere', false],
    ['POST', '/hook?x=1', true],
    ['POST', '/elsewhere', true],
  ]);
});

test('a webhook that is new or changed is not noticed for a minute', async (t) => {
  const server = await openForTest(t, { ...TO_LOOPBACK, webhook_backoff: 0 });
  const receiver = await openReceiver(t);

  await server.ok('POST', 'registered-models/create', { name: 'before' });
  const id = await webhook(server, receiver.url);
  await server.ok('POST', 'registered-models/create', { name: 'unnoticed' });
  server.clock.advance(60_000);
  await server.ok('POST', 'registered-models/create', { name: 'noticed' });
  await receiver.until(1);
  await server.ok('PATCH', `webhooks/${id}`, { status: 'DISABLED' });
  await server.ok('POST', 'registered-models/create', { name: 'still' });
  await receiver.until(2);
  server.clock.advance(60_000);
  await server.ok('POST', 'registered-models/create', { name: 'over' });
  await quiet(server, receiver);

  const names = receiver.heard.map(({ body }) => /"name": "(\w+)"/u.exec(body)?.[1]);
  assert.deepEqual(names, ['noticed', 'still']);
});

test('stages, descriptions and what is deleted are told to nobody', async (t) => {
  const server = await openForTest(t, AT_ONCE);
  const receiver = await openReceiver(t);
  await webhook(server, receiver.url);
  await server.ok('POST', 'registered-models/create', { name: 'churn' });
  await server.ok('POST', 'model-versions/create', { name: 'churn', source: 's3://bucket/model' });
  await receiver.until(2);

  const version = { name: 'churn', version: '1' };
  await server.ok('POST', 'model-versions/transition-stage', { ...version, stage: 'Staging' });
  await server.ok('PATCH', 'model-versions/update', { ...version, description: 'text' });
  await server.ok('POST', 'registered-models/set-tag', { name: 'churn', key: 'k', value: 'v' });
  await server.ok('DELETE', 'model-versions/delete', version);
  await server.ok('POST', 'registered-models/rename', { name: 'churn', new_name: 'leave' });
  await server.ok('DELETE', 'registered-models/delete', { name: 'leave' });
  await quiet(server, receiver);

  assert.equal(receiver.heard.length, 2);
});

test('a body is what json.dumps would write, with escapes for all that is not ASCII', async (t) => {
  const server = await openForTest(t, AT_ONCE);
  const receiver = await openReceiver(t);
  await webhook(server, receiver.url);

  await server.ok('POST', 'registered-models/create', {
    name: 'churn',
    description: 'Modèle 😀 </script>',
    tags: [{ key: 'team', value: '"a"' }],
  });
  const [heard] = await receiver.until(1);

  assert.match(
    heard?.body ?? '',
    /^\{"entity": "registered_model", "action": "created", "timestamp": "[^"]+\+00:00", "data": \{"name": "churn", "tags": \{"team": "\\"a\\""\}, "description": "Mod\\u00e8le \\ud83d\\ude00 <\/script>"\}\}$/u,
  );
});

test('a webhook without a secret is sent without a signature', async (t) => {
  const server = await openForTest(t, AT_ONCE);
  const receiver = await openReceiver(t);
  const id = await webhook(server, receiver.url);

  await server.ok('PATCH', `webhooks/${id}`, { secret: '' });
  await server.ok('POST', `webhooks/${id}/test`, {});

  assert.equal(receiver.heard[0]?.headers['x-mlflow-signature'], undefined);
  assert.match(String(receiver.heard[0]?.headers['x-mlflow-delivery-id']), /^[0-9a-f-]{36}$/u);
});

test('the test call tells what the receiver said, or that nobody answered', async (t) => {
  const server = await openForTest(t, AT_ONCE);
  const receiver = await openReceiver(t, [{ status: 400 }]);
  const id = await webhook(server, receiver.url);
  const nobody = await webhook(server, 'http://127.0.0.1:9/');

  const refused = await server.ok('POST', `webhooks/${id}/test`, {});
  const unheard = await server.ok('POST', `webhooks/${nobody}/test`, {});

  assert.deepEqual(refused, {
    result: { success: false, response_status: 400, response_body: '{}' },
  });
  assert.match(
    JSON.stringify(unheard),
    /"success":false,"error_message":"Failed to test webhook: /u,
  );
});

test('this machine and plain http are refused unless the settings allow them', async (t) => {
  const server = await openForTest(t);
  const create = (url: string) => server.refusal('POST', 'webhooks', { ...ORDER, url });

  assert.equal(
    await create('http://example.com/'),
    `400 "INVALID_PARAMETER_VALUE": "Invalid webhook URL scheme: 'http'. Allowed schemes are: https."`,
  );
  assert.equal(
    await create('https://localhost/'),
    `400 "INVALID_PARAMETER_VALUE": "Webhook URL must not resolve to a non-public IP address. 'localhost' resolves to 127.0.0.1."`,
  );
  assert.match(await create('https://[fd00::1]/'), /^400 .* 'fd00::1' resolves to fd00::1\."$/u);
  assert.match(await create('https://10.1.2.3:8080/'), /non-public IP address/u);
  await server.ok('POST', 'webhooks', { ...ORDER, url: 'https://hooks.example.com/' });
});

test('what a webhook lacks is told in the words of MLflow', async (t) => {
  const server = await openForTest(t, TO_LOOPBACK);
  const refused = (order: object) => server.refusal('POST', 'webhooks', { ...ORDER, ...order });

  assert.equal(
    await server.refusal('POST', 'webhooks', {}),
    `400 "INVALID_PARAMETER_VALUE": "Missing value for required parameter 'name'. See the API docs for more information about request parameters."`,
  );
  assert.match(
    await refused({ name: '-w' }),
    /Webhook name '-w' is invalid\. It must start and end/u,
  );
  assert.match(
    await refused({ url: 'http://' }),
    /Webhook URL must include a hostname: 'http:\/\/'/u,
  );
  assert.match(
    await refused({ events: [{ entity: 'MODEL_VERSION', action: 'DELETED' }] }),
    /Invalid action 'deleted' for entity 'model_version'. Valid actions are: \['created'\]/u,
  );
  assert.match(await refused({ events: [] }), /must be a non-empty list of WebhookEvent objects/u);
  const lowerCase = await server.call('POST', 'webhooks', {
    ...ORDER,
    events: [{ entity: 'model_version', action: 'created' }],
  });
  assert.equal(lowerCase.status, 500);
  assert.match(lowerCase.text, /<h1>Internal Server Error<\/h1>/u);
});

test('webhooks are listed from the newest, page by page, and never with their secret', async (t) => {
  const server = await openForTest(t, TO_LOOPBACK);
  for (const name of ['a', 'b', 'c']) await server.ok('POST', 'webhooks', { ...ORDER, name });

  const first = await server.ok('GET', 'webhooks?max_results=2');
  const token = z.string().parse(first['next_page_token']);
  const second = await server.ok('GET', `webhooks?page_token=${encodeURIComponent(token)}`);

  const names = [first, second].map((page) =>
    JSON.stringify(page)
      .match(/(?<="name":")\w/gu)
      ?.join(''),
  );
  assert.deepEqual(names, ['cb', 'a']);
  assert.doesNotMatch(JSON.stringify([first, second]), /s3cret/u);
});

test('ten are sent at a time, and what waits at the end is lost', async (t) => {
  const held = await openHolding(t);
  const server = await openForTest(t, TO_LOOPBACK);
  await webhook(server, held.url);

  for (let index = 0; index < 12; index += 1) {
    await server.ok('POST', 'registered-models/create', { name: `model-${index}` });
  }
  await held.until(10);

  assert.equal(held.count(), 10);
});

test('the faults of the sandbox can double what is sent, with the same id', async (t) => {
  const receiver = await openReceiver(t);
  const server = await openForTest(t, AT_ONCE, {
    async send(request, deliver) {
      assert.equal(request.sender, 'mlflow-webhooks');
      await deliver();
      return deliver();
    },
  });
  await webhook(server, receiver.url);

  await server.ok('POST', 'registered-models/create', { name: 'churn' });
  const heard = await receiver.until(2);

  const ids = heard.map(({ headers }) => headers['x-mlflow-delivery-id']);
  assert.equal(ids[0], ids[1]);
});

const ORDER = {
  name: 'sb',
  url: 'https://hooks.example.com/',
  events: ['REGISTERED_MODEL', 'MODEL_VERSION'].map((entity) => ({ entity, action: 'CREATED' })),
  secret: 's3cret',
};

async function webhook(server: TestServer, url: string): Promise<string> {
  return Made.parse(await server.ok('POST', 'webhooks', { ...ORDER, url })).webhook.webhook_id;
}

/** One more delivery, which is heard after whatever was still to come. */
async function quiet(server: TestServer, receiver: Awaited<ReturnType<typeof openReceiver>>) {
  const before = receiver.heard.length;
  const id = await webhook(server, `${new URL(receiver.url).origin}/quiet`);
  await server.ok('POST', `webhooks/${id}/test`, {});
  await server.ok('DELETE', `webhooks/${id}`);
  assert.equal(receiver.heard.splice(before).length, 1);
}

/** A receiver that answers nobody. */
async function openHolding(t: TestContext) {
  const held: unknown[] = [];
  const server = createServer((socket) => {
    held.push(socket);
    server.emit('held');
  });
  const listening = await listen(server);
  t.after(() => listening[Symbol.asyncDispose]());
  return {
    url: `http://127.0.0.1:${listening.port}/`,
    count: () => held.length,
    async until(count: number) {
      const signal = AbortSignal.timeout(5000);
      while (held.length < count) await once(server, 'held', { signal });
    },
  };
}
