import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { z } from 'zod';

import { openForTest, TO_LOOPBACK } from './open-for-test.ts';
import { openReceiver } from './webhooks/receiver-for-test.ts';
import { signature } from './webhooks/signature.ts';

const Recorded = z.object({
  step: z.string(),
  method: z.string(),
  path: z.string(),
  body: z.string(),
  status: z.number(),
  responseHeaders: z.object({ 'Content-Type': z.string() }),
  response: z.string(),
});

const Delivery = z.object({
  method: z.string(),
  path: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
});

const HmacVector = z.object({
  secret: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
  negative: z.object({ body: z.string(), signature: z.string() }),
});

const SECRET = 's3cret';

test('what the real server answered to the real client is answered here', async (t) => {
  const server = await openForTest(t, TO_LOOPBACK);
  const receiver = await openReceiver(t);
  const known = new Map([['http://127.0.0.1:5056/hook?x=1', receiver.url]]);

  const recorded = lines('mlflow-3.8.2-client-vs-server.jsonl', Recorded);
  for (const call of recorded) {
    const headers: Record<string, string> =
      call.body === '' ? {} : { 'content-type': 'application/json' };
    const body = call.body === '' ? undefined : translated(call.body, known);
    const answer = await server.send(call.method, translated(call.path, known), body, headers);

    const place = `${call.step}: ${call.method} ${call.path}`;
    assert.equal(answer.status, call.status, `${place}: ${answer.text}`);
    const type = answer.response.headers.get('content-type');
    assert.equal(type, call.responseHeaders['Content-Type'], place);
    const wanted: unknown = JSON.parse(call.response);
    const given: unknown = JSON.parse(answer.text);
    learn(wanted, given, known);
    fits(wanted, given, known, place);
    assert.equal(layout(answer.text), layout(call.response), place);
  }
  assert.equal(recorded.length, 40);
});

test('the webhooks of those calls are those that the real server sent', async (t) => {
  const server = await openForTest(t, TO_LOOPBACK);
  const receiver = await openReceiver(t);
  const known = new Map([['http://127.0.0.1:5056/hook?x=1', receiver.url]]);
  const deliveries = lines('mlflow-3.8.2-webhook-deliveries.secret-is-s3cret.jsonl', Delivery);
  const causes = new Set([
    'test_webhook',
    'set_alias',
    'set_mv_tag',
    'delete_alias',
    'delete_mv_tag',
  ]);

  let caused = 0;
  for (const call of lines('mlflow-3.8.2-client-vs-server.jsonl', Recorded)) {
    const body = call.body === '' ? undefined : translated(call.body, known);
    const headers: Record<string, string> = body ? { 'content-type': 'application/json' } : {};
    const answer = await server.send(call.method, translated(call.path, known), body, headers);
    learn(JSON.parse(call.response), JSON.parse(answer.text), known);
    // They have no order; here, each has arrived before the next is caused.
    const isCreation = call.path.endsWith('/create') && call.step === 'register_model';
    if (isCreation || (causes.has(call.step) && call.method !== 'GET')) caused += 1;
    await receiver.until(caused);
  }

  for (const [index, one] of deliveries.entries()) {
    const heard = receiver.heard[index];
    assert.ok(heard);
    const { 'x-mlflow-delivery-id': id, 'x-mlflow-timestamp': seconds } = heard.headers;
    assert.equal(
      heard.headers['x-mlflow-signature'],
      signature(SECRET, String(id), String(seconds), heard.body),
    );
    assert.deepEqual(Object.keys(heard.headers).toSorted(), Object.keys(one.headers).toSorted());
    assert.equal(heard.headers['user-agent'], one.headers['user-agent']);
    assert.equal(withoutTime(heard.body), withoutTime(translated(one.body, known)));
    assert.equal(heard.path, one.path);
  }
  assert.equal(receiver.heard.length, deliveries.length);
});

test('deliveries are signed as the real server signed them', () => {
  const deliveries = lines('mlflow-3.8.2-webhook-deliveries.secret-is-s3cret.jsonl', Delivery);

  for (const { headers, body } of deliveries) {
    const { 'x-mlflow-delivery-id': id = '', 'x-mlflow-timestamp': seconds = '' } = headers;
    assert.equal(headers['x-mlflow-signature'], signature(SECRET, id, seconds, body));
  }
  assert.equal(deliveries.length, 7);
});

test('a body that was parsed and written again is not signed the same', () => {
  const vector = HmacVector.parse(JSON.parse(fixture('mlflow-hmac-sha256.json')));
  const headers = new Headers(vector.headers);
  const id = headers.get('x-mlflow-delivery-id') ?? '';
  const seconds = headers.get('x-mlflow-timestamp') ?? '';

  assert.equal(
    signature(vector.secret, id, seconds, vector.body),
    headers.get('x-mlflow-signature'),
  );
  assert.equal(
    signature(vector.secret, id, seconds, vector.negative.body),
    vector.negative.signature,
  );
});

/** Fields that name something: what the recording calls one thing, we call another. */
const NAMING = new Set(['webhook_id', 'run_id', 'run_uuid', 'artifact_location']);

function learn(wanted: unknown, given: unknown, known: Map<string, string>): void {
  for (const [name, value] of Object.entries(fieldsOf(wanted))) {
    const own = fieldsOf(given)[name];
    if (NAMING.has(name) && typeof value === 'string' && typeof own === 'string') {
      known.set(value, own);
    } else {
      learn(value, own, known);
    }
  }
}

/** Every field of the recording is there, of its type, and of its value unless that is a time. */
function fits(
  wanted: unknown,
  given: unknown,
  known: ReadonlyMap<string, string>,
  place: string,
): void {
  assert.equal(typeof given, typeof wanted, place);
  assert.equal(Array.isArray(given), Array.isArray(wanted), place);
  if (typeof wanted === 'string') assert.equal(given, translated(wanted, known), place);
  if (typeof wanted === 'number' && !/time(?:stamp)?$/u.test(place)) {
    assert.equal(given, wanted, place);
  }
  for (const [name, value] of Object.entries(fieldsOf(wanted))) {
    fits(value, fieldsOf(given)[name], known, `${place} .${name}`);
  }
  if (Array.isArray(wanted) && Array.isArray(given))
    assert.equal(given.length, wanted.length, place);
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function translated(text: string, known: ReadonlyMap<string, string>): string {
  let result = text;
  for (const [theirs, ours] of known) result = result.replaceAll(theirs, ours);
  return result;
}

/** How the text is laid out: one line, or two blanks deeper for each level. */
function layout(text: string): string {
  const [first = '', second = ''] = text.split('\n');
  return first.length > 1 ? first.replace(/: .*$/u, '') : second.replace(/:.*$/u, '');
}

function withoutTime(body: string): string {
  return body.replace(/"timestamp": "\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?\+00:00"/u, '');
}

function fixture(name: string): string {
  return readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');
}

function lines<Line>(name: string, schema: z.ZodType<Line>): readonly Line[] {
  return fixture(name)
    .trim()
    .split('\n')
    .map((line) => schema.parse(JSON.parse(line)));
}
