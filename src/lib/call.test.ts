import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';

import { z } from 'zod';

import { type Call, callJson, callText } from './call.ts';
import { PermanentError, type SignalboxError, TransientError, UncertainError } from './errors.ts';
import type { Fetch } from './fetch.ts';
import { Secret } from './secret.ts';

const Run = z.object({ id: z.int() });
const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4In0.c2lnbmF0dXJl';

test('an answer is read by its schema, byte order mark or not', async () => {
  const run = await callJson(answers('\uFEFF{"id":7,"more":true}'), get, Run);

  assert.deepEqual(run, { id: 7 });
});

test('the token goes into its header, and the body out as JSON', async () => {
  const sent: Request[] = [];
  const fetch: Fetch = async (...request) => {
    sent.push(new Request(...request));
    return Response.json({ id: 1 });
  };

  await callJson(fetch, { ...post, body: { a: 1 }, token: new Secret('a-token') }, Run);

  assert.equal(sent[0]?.headers.get('authorization'), 'Bearer a-token');
  assert.equal(sent[0]?.headers.get('content-type'), 'application/json');
  assert.deepEqual(await sent[0]?.json(), { a: 1 });
  assert.equal(sent[0]?.redirect, 'manual');
});

test('a form goes out as a form', async () => {
  const call = { ...post, body: new URLSearchParams({ secret: 'a+b&c=%' }) };

  const sent = await callJson(echo, call, z.object({ type: z.string(), text: z.string() }));

  assert.match(sent.type, /^application\/x-www-form-urlencoded/);
  assert.equal(sent.text, 'secret=a%2Bb%26c%3D%25');
});

test('an empty answer reads as null', async () => {
  const fetch = answers(null, { status: 204 });

  assert.equal(await callJson(fetch, get, z.object({}).nullable()), null);
});

test('a page to sign in is a refusal, whatever its status', async () => {
  const html = { 'content-type': 'text/html' };
  const pages = [
    answers('<html>Sign in</html>', { status: 203, headers: html }),
    answers('<html>Sign in</html>', { status: 200, headers: html }),
    answers(null, { status: 302, headers: { location: 'https://login.test/_signin' } }),
    answers('{}', { status: 203 }),
  ];

  const codes = await Promise.all(pages.map((fetch) => failureOf(fetch, post)));

  assert(codes.every((error) => error instanceof PermanentError));
  assert.deepEqual(
    codes.map((error) => error.code),
    ['LOGIN_REFUSED', 'LOGIN_REFUSED', 'LOGIN_REFUSED', 'LOGIN_REFUSED'],
  );
});

test('statuses that refuse have a code of their own', async () => {
  const statuses = [400, 401, 403, 404, 409, 410, 422];

  const errors = await Promise.all(
    statuses.map((status) => failureOf(answers('{}', { status }), post)),
  );

  assert(errors.every((error) => error instanceof PermanentError));
  assert.deepEqual(
    errors.map((error) => error.code),
    ['REFUSED', 'LOGIN_REFUSED', 'NOT_PERMITTED', 'NOT_FOUND', 'REFUSED', 'NOT_FOUND', 'REFUSED'],
  );
});

test('busy means again later, as late as they say, but not next week', async () => {
  const date = 'Thu, 01 Jan 2026 00:00:00 GMT';
  const pauses = [
    { 'retry-after': '7' },
    { 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT', date },
    { 'retry-after': '999999999' },
    { 'retry-after': 'Thu, 01 Jan 2015 00:00:00 GMT', date },
    { 'retry-after': '-5' },
    { 'retry-after': '-5', date },
    { 'retry-after': 'soon' },
    {},
  ];

  const errors = await Promise.all(
    pauses.map((headers) => failureOf(answers('{}', { status: 429, headers }), post)),
  );

  assert.deepEqual(
    errors.map((error) => error instanceof TransientError && error.retryAfterMs),
    [7000, 30_000, 900_000, 0, undefined, 0, undefined, undefined],
  );
});

test('a 503 of the service itself means that nothing happened; that of a gateway does not', async () => {
  const own = answers('{"message":"busy"}', { status: 503 });
  const gateway = answers('<html>Service unavailable</html>', { status: 503 });

  assert((await failureOf(own, post)) instanceof TransientError);
  assert((await failureOf(gateway, post)) instanceof UncertainError);
  assert((await failureOf(gateway, get)) instanceof TransientError);
  assert((await failureOf(gateway, { ...post, repeatable: true })) instanceof TransientError);
});

test('a write whose answer is lost may have taken effect; a read may be read again', async () => {
  const lost = [
    answers('oops', { status: 500 }),
    answers('<html>Bad gateway</html>', { status: 502 }),
    fails('ECONNRESET'),
    fails('UND_ERR_SOCKET'),
    answers('{"id":'),
  ];

  for (const fetch of lost) {
    assert((await failureOf(fetch, post)) instanceof UncertainError);
    assert((await failureOf(fetch, { ...post, repeatable: true })) instanceof TransientError);
    assert((await failureOf(fetch, get)) instanceof TransientError);
  }
});

test('an answer of another shape is uncertain for a write, and final for a read', async () => {
  const fetch = answers('{"surprise":true}');

  assert((await failureOf(fetch, post)) instanceof UncertainError);
  const error = await failureOf(fetch, get);
  assert(error instanceof PermanentError);
  assert.equal(error.code, 'UNREADABLE');
});

test('where nobody answered the door nothing happened, not even a write', async () => {
  for (const code of ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']) {
    const error = await failureOf(fails(code), post);
    assert(error instanceof TransientError);
    assert.equal(error.code, 'UNREACHABLE');
  }
});

test('a certificate that is not trusted is said at once, with what to do', async () => {
  for (const code of ['SELF_SIGNED_CERT_IN_CHAIN', 'CERT_HAS_EXPIRED']) {
    const error = await failureOf(fails(code), get);
    assert(error instanceof PermanentError);
    assert.equal(error.code, 'UNTRUSTED');
    assert.match(error.hint ?? '', /NODE_EXTRA_CA_CERTS/);
  }
});

test('what takes too long went unanswered', async () => {
  await using server = await silentServer();
  const slow = { ...post, url: server.url, timeoutMs: 20 };

  const error = await failureOf(globalThis.fetch, slow);

  assert(error instanceof UncertainError);
  assert.match(error.message, /TimeoutError/);
});

test('a read that we stop ourselves ends as we said; a write may have arrived', async () => {
  await using server = await silentServer();
  const reason = new Error('shutting down');
  const stopping = new AbortController();
  server.onRequest(() => stopping.abort(reason));
  const call = { url: server.url, signal: stopping.signal };

  await assert.rejects(callJson(globalThis.fetch, { ...get, ...call }, Run), reason);

  const again = new AbortController();
  server.onRequest(() => again.abort(reason));
  const write = { ...post, ...call, signal: again.signal };
  await assert.rejects(callJson(globalThis.fetch, write, Run), UncertainError);
});

test('nothing is sent once we have stopped', async () => {
  await assert.rejects(
    callJson(unasked, { ...post, signal: AbortSignal.abort(new Error('stopped')) }, Run),
    /stopped/,
  );
});

test('an explanation by the system itself goes before its status', async () => {
  const fetch = answers('{"typeKey":"PipelineNotFoundException"}', { status: 500 });
  const seen: unknown[] = [];
  const explain: Call['explain'] = (refusal) => {
    seen.push(refusal);
    return { code: 'NOT_FOUND', hint: 'Look at the id.' };
  };

  const error = await failureOf(fetch, { ...post, explain });

  assert(error instanceof PermanentError);
  assert.equal(error.code, 'NOT_FOUND');
  assert.equal(error.hint, 'Look at the id.');
  assert.deepEqual(seen, [{ status: 500, body: { typeKey: 'PipelineNotFoundException' } }]);
});

test('an error quotes little of what was answered, and no token', async () => {
  const body = `<p>no\u0007\u001b[31m</p> Bearer opaque-token ${JWT} ${'x'.repeat(500)}`;
  const fetch = answers(body, { status: 400 });

  const error = await failureOf(fetch, { ...get, token: new Secret('opaque-token') });

  assert.doesNotMatch(error.message, /opaque-token|eyJ|\p{Cc}|<p>/u);
  assert(error.message.length < 260);
});

test('of a refusal in JSON the sentence for people is quoted', async () => {
  const bodies = [
    '{"message":"No such run."}',
    '{"error_description":"No such run.\\r\\nTrace: 1"}',
  ];

  const errors = await Promise.all(
    bodies.map((body) => failureOf(answers(body, { status: 400 }), get)),
  );

  assert.deepEqual(
    errors.map(({ message }) => message),
    ['example.test answered 400: No such run.', 'example.test answered 400: No such run. Trace: 1'],
  );
});

test('an answer beyond all measure is not read to its end', async () => {
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(1024 * 1024).fill(0x20)),
  });
  const fetch: Fetch = async () => jsonOf(endless);

  const error = await failureOf(fetch, get);

  assert.equal(error.code, 'UNREADABLE');
});

test('of a text its beginning is read', async () => {
  const fetch = answers('0123456789', { headers: { 'content-type': 'text/plain' } });

  assert.equal(await callText(fetch, get, 4), '0123');
  assert.equal(await callText(fetch, get, 100), '0123456789');
});

const { signal } = new AbortController();
const url = new URL('https://example.test/api');
const get: Call = { method: 'GET', url, signal };
const post: Call = { method: 'POST', url, signal };

interface Head {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

function answers(body: string | null, { status = 200, headers = {} }: Head = {}): Fetch {
  const json = { 'content-type': 'application/json' };
  return async () => new Response(body, { status, headers: { ...json, ...headers } });
}

function jsonOf(body: ReadableStream<Uint8Array>): Response {
  return new Response(body, { headers: { 'content-type': 'application/json' } });
}

async function echo(...request: Parameters<Fetch>): Promise<Response> {
  const sent = new Request(...request);
  return Response.json({ type: sent.headers.get('content-type'), text: await sent.text() });
}

async function unasked(): Promise<Response> {
  return assert.fail('sent');
}

/** As Node's fetch fails: a message that says nothing, and a cause that does. */
function fails(code: string): Fetch {
  return async () => {
    throw new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
  };
}

async function failureOf(fetch: Fetch, call: Call): Promise<SignalboxError> {
  const error: unknown = await callJson(fetch, call, Run).then(
    () => assert.fail('succeeded'),
    (reason: unknown) => reason,
  );
  assert(
    error instanceof PermanentError ||
      error instanceof TransientError ||
      error instanceof UncertainError,
  );
  return error;
}

/** Takes a request, and never answers it. */
async function silentServer() {
  const requests = new EventEmitter();
  const server = createServer(() => requests.emit('request'));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert(typeof address === 'object' && address !== null);
  return {
    url: new URL(`http://127.0.0.1:${address.port}/`),
    onRequest: (listener: () => void) => void requests.once('request', listener),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}
