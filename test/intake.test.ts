import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import { test } from 'node:test';

import { z } from 'zod';

import { Events, Status } from '../demo/answers.ts';
import { openService, SIGNING_SECRET, type TestService } from './service.ts';

test('a signed event is stored before it is accepted, and told again it is stored once', async (t) => {
  const service = await openService(t);

  const first = await post(service, EVENT, signed(EVENT));
  const again = await post(service, EVENT, signed(EVENT));

  assert.equal(first.status, 202);
  assert.equal(again.status, 200);
  const { events } = await get(service, '/api/events', Events);
  assert.equal(events.length, 1);
  assert.equal(events[0]?.deliveries.length, 1);
});

test('what is not genuine or not to be understood is refused with a reason, and only counted', async (t) => {
  const service = await openService(t);
  const nameless = EVENT.replace('"model_name":"wine-quality",', '');
  const huge = `{"event":"${'x'.repeat(10 * 1024 * 1024)}"}`;

  assert.deepEqual(await post(service, EVENT, hmac('another secret', EVENT)), {
    status: 401,
    error: 'the signature does not match: is it the secret of this webhook?',
  });
  assert.deepEqual(await post(service, EVENT, null), {
    status: 401,
    error: 'the request is not signed: give the webhook a secret',
  });
  const broken = await post(service, '{not json', signed('{not json'));
  assert.equal(broken.status, 400);
  assert.match(broken.error ?? '', /JSON/);
  const incomplete = await post(service, nameless, signed(nameless));
  assert.equal(incomplete.status, 400);
  assert.match(incomplete.error ?? '', /model_name/);
  assert.equal((await post(service, huge, signed(huge))).status, 413);

  assert.deepEqual(await get(service, '/api/events', Events), { events: [] });
  const { sources } = await get(service, '/api/status', Status);
  const counted = sources.find(({ name }) => name === 'prod-registry')?.refusals ?? [];
  assert.equal(
    counted.reduce((sum, { count }) => sum + count, 0),
    5,
  );
});

test('a name that no source has is not found', async (t) => {
  const service = await openService(t);

  const response = await fetch(`${service.url}/hooks/elsewhere`, { method: 'POST', body: '{}' });

  assert.equal(response.status, 404);
});

test('the API is closed to a request that came from elsewhere', async (t) => {
  const service = await openService(t);

  assert.equal((await raw(service, { host: 'evil.example' })).status, 401);
  assert.equal((await raw(service, { 'x-forwarded-for': '203.0.113.7' })).status, 401);
  assert.equal((await raw(service, {})).status, 200);
});

test('a page of another origin cannot start anything', async (t) => {
  const service = await openService(t);

  const response = await fetch(`${service.url}/api/manual/by-hand`, {
    method: 'POST',
    headers: { origin: 'https://evil.example', 'content-type': 'text/plain' },
    body: '{"name":"unit-test","branch":"main"}',
  });

  assert.equal(response.status, 403);
});

test('what a person asks for by hand is checked', async (t) => {
  const service = await openService(t);
  const ask = async (source: string, body: unknown) => {
    const response = await fetch(`${service.url}/api/manual/${source}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    return response.status;
  };

  assert.equal(await ask('by-hand', { name: 'unit-test', branch: 'dev-nick' }), 202);
  assert.equal(await ask('by-hand', { branch: 'dev-nick' }), 400);
  assert.equal(await ask('by-hand', { name: 'unit-test', brunch: 'dev-nick' }), 400);
  assert.equal(await ask('prod-registry', { name: 'unit-test' }), 404);
});

const Refusal = z.object({ error: z.string().optional() });

const EVENT = JSON.stringify({
  event: 'MODEL_VERSION_TRANSITIONED_STAGE',
  webhook_id: 'c5596721253c4b429368cf6f4341b88a',
  event_timestamp: 1_767_225_600_123,
  model_name: 'wine-quality',
  version: '7',
  to_stage: 'Staging',
  from_stage: 'None',
  text: "Registered model 'wine-quality' version 7 transitioned from None to Staging.",
});

function signed(body: string): string {
  return hmac(SIGNING_SECRET, body);
}

function hmac(secret: string, body: string): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}

async function post({ url }: TestService, body: string, signature: string | null) {
  const response = await fetch(`${url}/hooks/prod-registry`, {
    method: 'POST',
    body,
    headers: signature === null ? {} : { 'x-databricks-signature': signature },
  });
  const answer = Refusal.parse(await response.json());
  return { status: response.status, ...(answer.error !== undefined && { error: answer.error }) };
}

async function get<Schema extends z.ZodType>(service: TestService, path: string, schema: Schema) {
  const response = await fetch(`${service.url}${path}`);
  return schema.parse(await response.json());
}

/** A request with headers that fetch would not let us choose. */
function raw({ url }: TestService, headers: Record<string, string>) {
  return new Promise<{ status: number | undefined }>((resolve, reject) => {
    const sent = request(`${url}/api/status`, { headers }, (response) => {
      response.resume();
      response.on('end', () => resolve({ status: response.statusCode }));
    });
    sent.on('error', reject);
    sent.end();
  });
}
