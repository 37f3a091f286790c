import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';

import { z } from 'zod';

import type { Action } from './action.ts';
import { openClient, type TestClient } from './client-for-test.ts';
import { Fault } from './fault.ts';
import { openFaults } from './faults.ts';
import { type Network, openNetwork } from './network.ts';
import { PRESETS } from './presets.ts';
import { defineService } from './service.ts';

const HOST = 'adb-1.7.azuredatabricks.net';
const ADMIN_TOKEN = 'admin-token-0123456789';
const APP = '22222222-2222-4222-8222-222222222222';

let workDir: string;
let network: Network;
let client: TestClient;
let expired = 0;

before(async () => {
  workDir = await mkdtemp(join(tmpdir(), 'faults-'));
  const names = new Map([
    [APP, 'sp-mlops'],
    ['dapi-of-ann', 'ann@example.com'],
  ]);
  network = await openNetwork({ workDir, adminToken: ADMIN_TOKEN, names });
  network.onExpireTokens(() => {
    expired += 1;
  });
  network.add(
    defineService({
      name: 'databricks',
      serves: (host) => host === HOST,
      actions: [echo, read, write, stream],
      state: counter,
      now: network.tools.clock.now,
      notFound: () => Response.json({ error_code: 'ENDPOINT_NOT_FOUND' }, { status: 404 }),
      onError: (error) => new Response(String(error), { status: 500 }),
    }),
  );
  client = await openClient(network.proxyUrl, network.caPath);
});

afterEach(() => {
  network.faults.clear();
});

after(async () => {
  client[Symbol.dispose]();
  await network[Symbol.asyncDispose]();
  await rm(workDir, { recursive: true });
});

test('a fault is meant for one caller, by id or by name, and for nobody else', async () => {
  add({ id: 'app', principal: 'sp-mlops', do: refusal(501) });
  add({ id: 'ann', principal: 'ann@example.com', do: refusal(502) });
  const token = `e30.${Buffer.from(JSON.stringify({ appid: APP })).toString('base64url')}.x`;
  const basic = Buffer.from(':dapi-of-ann').toString('base64');

  assert.equal((await ask('/read', { authorization: `Bearer ${token}` })).status, 501);
  assert.equal((await ask('/read', { authorization: 'Bearer dapi-of-ann' })).status, 502);
  assert.equal((await ask('/read', { authorization: `Basic ${basic}` })).status, 502);
  assert.equal((await ask('/read', { authorization: 'Bearer dapi-of-bob' })).status, 200);
});

test('a fault is meant for requests with a header and a body like these', async () => {
  add({
    header: { 'User-Agent': '*python*' },
    body: { run_name: 'Data Prep*', tasks: [{ task_key: 'main' }] },
    do: refusal(418),
  });
  const body = { run_name: 'Data Prep 7', tasks: [{ task_key: 'main', more: 1 }], other: true };
  const python = { 'user-agent': 'sdk-python/1' };

  assert.equal((await ask('/echo', python, body)).status, 418);
  assert.equal((await ask('/echo', python, { ...body, run_name: 'Prep' })).status, 200);
  assert.equal((await ask('/echo', python, { ...body, tasks: [] })).status, 200);
  assert.equal((await ask('/echo', { 'user-agent': 'curl' }, body)).status, 200);
});

test('chance strikes the same requests in every run with the same seed', () => {
  assert.deepEqual(struckBy(1), struckBy(1));
  assert.notDeepEqual(struckBy(1), struckBy(2));
  const times = struckBy(1).filter((one) => one === 1).length;
  assert.ok(times > 30 && times < 70, `${times} of 100`);
});

test('a fault begins and ends by the clock of the sandbox', async () => {
  add({ when: { after_ms: 60_000, for_ms: 60_000 }, do: refusal(503) });

  assert.equal((await ask('/read')).status, 200);
  network.tools.clock.advance(60_000);
  assert.equal((await ask('/read')).status, 503);
  network.tools.clock.advance(60_000);
  assert.equal((await ask('/read')).status, 200);
});

test('an answer ends after its headers, or in the middle, or looks complete and is not', async () => {
  add({ path: '/read', when: { times: 1 }, do: { kind: 'reset-after-headers' } });
  const reset = await ask('/read');
  assert.deepEqual([reset.status, reset.text], [200, '']);
  assert.match(String(reset.error), /aborted|closed|hang up/);

  add({ path: '/read', when: { times: 1 }, do: { kind: 'truncate-body', bytes: 4 } });
  const early = await ask('/read');
  assert.deepEqual([early.status, early.text], [200, '{"va']);
  assert.match(String(early.error), /aborted|closed|hang up/);

  add({ path: '/read', when: { times: 1 }, do: { kind: 'truncate-body', ends: 'cleanly' } });
  const cleanly = await ask('/read');
  assert.equal(cleanly.error, null);
  assert.throws(() => JSON.parse(cleanly.text), SyntaxError);

  add({ path: '/stream', when: { times: 1 }, do: { kind: 'truncate-body', bytes: 2 } });
  assert.equal((await ask('/stream')).text, 'a ');
  assert.equal((await ask('/stream')).text, 'a stream');
});

test('after a change the same GET is answered as before, so many times', async () => {
  const first = (await ask('/read')).text;
  add({ id: 'stale', do: { kind: 'stale-read', reads: 2 } });
  assert.equal((await ask('/read')).text, first);
  await ask('/write', {}, {});

  assert.equal((await ask('/read')).text, first);
  assert.equal((await ask('/read')).text, first);
  assert.notEqual((await ask('/read')).text, first);
  assert.partialDeepStrictEqual(network.faults.list(), [{ id: 'stale', struck: 2 }]);
});

test('an action runs although its client was cut off before, and the journal has both', async () => {
  const seq = lastSeq();
  const valueThen = counter.value;
  add({ id: 'late', path: '/write', when: { times: 1 }, do: { kind: 'late', ms: 1 } });
  const { promise: heard, resolve: hear } = Promise.withResolvers<void>();
  const stop = network.journal.subscribe(({ action }) => action === '/write' && hear());

  await assert.rejects(ask('/write', {}, {}), /hang up/);
  await heard;
  stop();

  assert.equal(counter.value, valueThen + 1);
  assert.partialDeepStrictEqual(network.journal.since(seq), [
    { fault: 'late', status: null, action: null },
    { fault: 'late', status: 200, action: '/write' },
  ]);
});

test('an answer is dated wrongly, tokens run out, and the sandbox answers on', async () => {
  add({ do: { kind: 'clock-skew', ms: 3_600_000 } });
  add({ when: { times: 1 }, do: { kind: 'expire-tokens' } });
  const { headers, status, text } = await ask('/read');

  assert.equal(status, 200);
  assert.match(text, /value/);
  assert.ok(Date.parse(headers['date'] ?? '') > network.tools.clock.now() + 3_500_000);
  assert.equal(expired, 1);
  const { date } = (await ask('/stream')).headers;
  assert.ok(Date.parse(date ?? '') > network.tools.clock.now() + 3_500_000);
});

test('a rule that contradicts itself is refused, and says why', () => {
  const cases = [
    [{ do: { kind: 'duplicate' } }, /duplicate cannot happen to a request to a service/],
    [{ service: 'databricks-webhooks', do: { kind: 'sign-in-page' } }, /that a service sends/],
    [{ service: 'databricks-webhooks', principal: 'a', do: { kind: 'drop' } }, /by principal/],
    [{ run: 'a', do: { kind: 'drop' } }, /is not told by run/],
    [{ path: '/a', do: { kind: 'run-ending' } }, /a run is not told by path/],
    [{ service: 'entra', do: { kind: 'run-ending' } }, /entra has no runs/],
    [{ stage: 'before', do: { kind: 'stale-read' } }, /needs the answer/],
    [{ stage: 'after', do: { kind: 'late', ms: 1 } }, /has not run yet/],
    [{ when: { time: 1 }, do: { kind: 'drop' } }, /"time"/],
    [{ id: 'a b', do: { kind: 'drop' } }, /letters/],
  ] as const;

  for (const [rule, message] of cases) {
    const { error } = Fault.safeParse(rule);
    assert.match(error?.message ?? 'accepted', message, JSON.stringify(rule));
  }
});

test('a webhook is sent twice, and both sendings are in the journal', async () => {
  const seq = lastSeq();
  add({
    id: 'twice',
    service: 'databricks-webhooks',
    path: '/hooks/*',
    do: { kind: 'duplicate' },
  });
  const received: string[] = [];

  await send('one', received);

  assert.deepEqual(received, ['one', 'one']);
  const entries = network.journal.since(seq);
  assert.equal(entries.length, 2);
  assert.partialDeepStrictEqual(entries[1], {
    direction: 'out',
    service: 'databricks-webhooks',
    host: '127.0.0.1:4400',
    path: '/hooks/registry',
    status: 200,
    fault: 'twice',
    request: { text: 'one' },
    response: { ok: true },
  });
});

test('a webhook is overtaken by the next one', async () => {
  add({ service: 'databricks-webhooks', when: { times: 1 }, do: { kind: 'reorder' } });
  const received: string[] = [];

  await Promise.all([send('one', received), send('two', received)]);
  await send('three', received);

  assert.deepEqual(received, ['two', 'one', 'three']);
});

test('a webhook that nothing overtakes is sent all the same', async () => {
  add({ service: 'databricks-webhooks', do: { kind: 'reorder', within_ms: 10 } });
  const received: string[] = [];

  await send('one', received);

  assert.deepEqual(received, ['one']);
});

test('a webhook is lost: unseen, or with an error, or with an answer of nobody', async () => {
  const seq = lastSeq();
  const received: string[] = [];
  const one = { service: 'databricks-webhooks', when: { times: 1 } };

  add({ ...one, id: 'a', do: { kind: 'suppress' } });
  assert.deepEqual(await send('one', received), { status: 200, body: '' });
  add({ ...one, id: 'b', do: { kind: 'drop' } });
  await assert.rejects(send('two', received), /cut by a fault/);
  add({ ...one, id: 'c', do: { kind: 'status', status: 503, body: 'busy' } });
  assert.deepEqual(await send('three', received), { status: 503, body: 'busy' });
  assert.deepEqual(received, []);

  add({ ...one, id: 'd', stage: 'after', do: { kind: 'drop' } });
  await assert.rejects(send('four', received), /cut by a fault/);
  assert.deepEqual(received, ['four']);
  const statuses = network.journal.since(seq).map(({ fault, status }) => [fault, status]);
  assert.deepEqual(statuses, [
    ['a', 200],
    ['b', null],
    ['c', 503],
    [null, 200],
  ]);
});

test('closing does not wait for a webhook that is held back', async () => {
  const other = await openNetwork({ workDir: join(workDir, 'other'), adminToken: ADMIN_TOKEN });
  other.faults.add(
    Fault.parse({ service: 'databricks-webhooks', do: { kind: 'delay', ms: 80_000_000 } }),
  );
  const { outgoing } = other.tools;
  assert.ok(outgoing);
  const request = {
    sender: 'databricks-webhooks',
    url: 'http://127.0.0.1:1/',
    body: '{}',
  } as const;
  const sending = outgoing.send(request, () => Promise.resolve({ status: 200, body: '' }));

  other.stopSending();

  await sending;
  await other[Symbol.asyncDispose]();
});

test('a run is told how to end by its name, and a task by its key', () => {
  const { endings } = network.tools;
  add({ id: 'run', run: 'Data Prep*', do: { kind: 'run-ending', result_state: 'CANCELED' } });
  add({
    id: 'task',
    task: 'training',
    when: { times: 1 },
    do: { kind: 'run-ending', life_cycle_state: 'TERMINATED', result_state: null, code: 'NEW' },
  });

  assert.equal(endings?.for({ runName: 'CI', taskKey: null }), null);
  const service = 'azure-devops';
  assert.equal(endings?.for({ service, runName: 'Data Prep 1', taskKey: null }), null);
  assert.partialDeepStrictEqual(endings?.for({ runName: 'Data Prep 1', taskKey: null }), {
    lifeCycle: 'INTERNAL_ERROR',
    result: 'CANCELED',
    code: 'USER_CANCELED',
  });
  assert.equal(endings?.for({ runName: 'CI', taskKey: 'data_prep' }), null);
  assert.partialDeepStrictEqual(endings?.for({ runName: 'CI', taskKey: 'training' }), {
    result: null,
    code: 'NEW',
  });
  assert.equal(endings?.for({ runName: 'CI', taskKey: 'training' }), null);
});

test('every preset can be had by its name, and twice', async () => {
  const listed = await admin('GET', '/_sandbox/presets');
  const presets = z.object({ presets: z.array(z.object({ name: z.string() })) }).parse(listed.body);
  const names = presets.presets.map((one) => one.name);
  assert.deepEqual(names.toSorted(), [
    'ado-signin-page',
    'dbx-429-burst',
    'entra-propagation',
    'github-secondary-limit',
    'lost-submit-reply',
    'receiver-down-10s',
    'run-internal-error',
    'token-expires-midway',
    'webhook-duplicate',
  ]);

  for (const name of [...names, ...names]) {
    assert.equal((await admin('POST', `/_sandbox/presets/${name}`)).status, 201, name);
  }
  assert.equal(network.faults.list().length, names.length + 3);
  const unknown = await admin('POST', '/_sandbox/presets/none');
  assert.equal(unknown.status, 404);
  assert.match(JSON.stringify(unknown.body), /there are token-expires-midway/);
});

test('the page about faults names every kind and every preset', async () => {
  const page = await readFile(join(import.meta.dirname, '../../docs/reference/faults.md'), 'utf8');
  const kinds = Fault.in.shape.do.options.map((one) => one.shape.kind.value);
  const names = [...kinds, ...PRESETS.map((preset) => preset.name)];

  assert.deepEqual(
    names.filter((name) => !page.includes(`| \`${name}\` |`)),
    [],
  );
  for (const { description } of PRESETS) assert.ok(page.includes(description), description);
});

test('what a service does not have is listed, with how often it was asked for', async () => {
  await ask('/api/2.0/none');
  await ask('/api/2.0/none');

  const { body } = await admin('GET', '/_sandbox/unknown-routes');
  assert.partialDeepStrictEqual(body, {
    unknown_routes: [{ service: 'databricks', method: 'GET', path: '/api/2.0/none', times: 2 }],
  });
});

const counter = { value: 0 };

const echo: Action<typeof counter> = {
  method: 'POST',
  path: '/echo',
  source: 'test',
  handle: async (call) => Response.json(await call.json()),
};

const read: Action<typeof counter> = {
  method: 'GET',
  path: '/read',
  source: 'test',
  handle: ({ state }) => Response.json({ value: state.value }),
};

const write: Action<typeof counter> = {
  method: 'POST',
  path: '/write',
  source: 'test',
  handle({ state }) {
    state.value += 1;
    return Response.json({});
  },
};

const stream: Action<typeof counter> = {
  method: 'GET',
  path: '/stream',
  source: 'test',
  handle: () => new Response('a stream', { headers: { 'content-type': 'text/plain' } }),
};

function add(rule: Readonly<Record<string, unknown>>): void {
  assert.ok(network.faults.add(Fault.parse(rule)));
}

/** 1 for each of a hundred requests that chance has struck. */
function struckBy(seed: number): readonly number[] {
  const faults = openFaults(Date.now);
  faults.add(Fault.parse({ when: { probability: 0.5, seed }, do: { kind: 'drop' } }));
  return Array.from({ length: 100 }, () => [...faults.striking('requests', () => true)].length);
}

function refusal(status: number) {
  return { kind: 'status', status };
}

function ask(path: string, headers: Record<string, string> = {}, body?: unknown) {
  return client.ask(`https://${HOST}${path}`, { headers, body });
}

function send(text: string, received: string[]) {
  const { outgoing } = network.tools;
  assert.ok(outgoing);
  const url = 'http://127.0.0.1:4400/hooks/registry';
  const request = { sender: 'databricks-webhooks', url, body: JSON.stringify({ text }) } as const;
  return outgoing.send(request, () => {
    received.push(text);
    return Promise.resolve({ status: 200, body: '{"ok":true}' });
  });
}

async function admin(method: string, path: string): Promise<{ status: number; body: unknown }> {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  const response = await fetch(network.adminUrl + path, { method, headers });
  return { status: response.status, body: await response.json() };
}

function lastSeq(): number {
  return network.journal.since(0).at(-1)?.seq ?? 0;
}
