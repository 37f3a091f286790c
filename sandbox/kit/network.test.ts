import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { connect as tcpConnect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect as tlsConnect } from 'node:tls';
import { promisify } from 'node:util';

import type { Action } from './action.ts';
import { type Network, openNetwork } from './network.ts';
import { defineService } from './service.ts';

const run = promisify(execFile);
const HOST = 'adb-1.7.azuredatabricks.net';
const ADMIN_TOKEN = 'admin-token-0123456789';
const SECRET = 'a+b&c%d=e~very';

let workDir: string;
let network: Network;

before(async () => {
  workDir = await mkdtemp(join(tmpdir(), 'network-'));
  network = await openNetwork({ workDir, adminToken: ADMIN_TOKEN });
  network.tools.hidden.add(SECRET);
  network.add(
    defineService({
      name: 'databricks',
      serves: (host) => host === HOST,
      actions: [echo, asked, count, page, slow],
      state: tally,
      now: network.tools.clock.now,
      notFound: () => Response.json({ error_code: 'ENDPOINT_NOT_FOUND' }, { status: 404 }),
      onError: (error) => new Response(String(error), { status: 500 }),
    }),
  );
});

after(async () => {
  await network[Symbol.asyncDispose]();
  await rm(workDir, { recursive: true });
});

test('curl, Node, Python and git reach an emulated host by its real name', async () => {
  const url = `https://${HOST}/page`;
  const [curl, node, python, git] = await Promise.all([
    child('curl', ['-sS', '--max-time', '5', url]),
    child(process.execPath, ['-e', `fetch('${url}').then(r => r.text()).then(console.log)`]),
    child('python3', ['-c', pythonThatReads(url)]),
    child('git', ['ls-remote', `https://${HOST}/nothing`]),
  ]);

  assert.match(curl.stdout, /a page/);
  assert.match(node.stdout, /a page/);
  assert.match(python.stdout, /a page/);
  assert.match(git.stderr, /repository '.*' not found/); // and not: no such host, no such issuer
});

test('a host that is not emulated is refused, and listed', async () => {
  const https = await child('curl', ['-sS', '--max-time', '5', 'https://example.com/']);
  const http = await child('curl', ['-sS', '--max-time', '5', 'http://example.org/']);

  assert.match(https.stderr, /403/);
  assert.match(http.stdout, /https only/);
  const hosts = new Set(network.refusedHosts().map((refused) => refused.host));
  assert.ok(hosts.has('example.com') && hosts.has('example.org'));
});

test('the proxy leads to no other port of an emulated host, and to no address', async () => {
  assert.equal(await connectStatus(`${HOST}:22`), 403);
  assert.equal(await connectStatus('127.0.0.1:443'), 403);
  assert.equal(await connectStatus('nonsense'), 403);
  assert.equal(await connectStatus(`${HOST}:443`), 200);
});

test('the authority vouches for nobody else, and shows nothing to who asks for another', async () => {
  const text = await child('openssl', ['x509', '-in', network.caPath, '-noout', '-text']);
  assert.match(text.stdout, /Name Constraints: critical/);
  assert.doesNotMatch(text.stdout, /DNS:com/);

  const socket = tunnelled('example.com');
  await assert.rejects(socket, /alert|closed|disconnected|reset/i);
});

test('bodies stream through in both directions', async () => {
  const size = 3_000_000;
  const sent = `fetch('https://${HOST}/count', { method: 'POST', duplex: 'half', headers: { 'content-type': 'application/x-git-receive-pack-request' }, body: new Blob([Buffer.alloc(${size})]).stream() }).then(async (r) => console.log((await r.arrayBuffer()).byteLength))`;
  const { stdout } = await child(process.execPath, ['-e', sent]);

  assert.equal(stdout.trim(), String(size));
});

test('an action hears when its client leaves', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  tally.onAbort = resolve;

  await child('curl', ['-sS', '--max-time', '0.3', `https://${HOST}/slow`]);

  await promise;
});

test('the journal tells what was asked and answered, without the secrets', async () => {
  const seq = lastSeq();
  await post('/echo?token=1&page_token=2', {
    idempotency_token: 'idem',
    client_secret: 'whatever',
    note: `it is ${SECRET}!`,
    variables: { key: { value: 'hush', isSecret: true }, open: { value: 'seen' } },
  });

  const [entry, ...more] = network.journal.since(seq);
  assert.equal(more.length, 0);
  assert.partialDeepStrictEqual(entry, {
    service: 'databricks',
    method: 'POST',
    path: '/echo',
    query: { token: '***', page_token: '2' },
    status: 200,
    principal: 'somebody',
    action: '/echo',
    fault: null,
    request: {
      idempotency_token: 'idem',
      client_secret: '***',
      note: 'it is ***!',
      variables: { key: { value: '***' }, open: { value: 'seen' } },
    },
    response: { idempotency_token: 'idem', client_secret: '***' },
  });
});

test('a body of many thousand levels is journalled without them', async () => {
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
  const { stdout } = await child('curl', [
    '-s',
    '-d',
    deep,
    `https://${HOST}/count`,
    '-o',
    '/dev/null',
    '-w',
    '%{http_code}',
  ]);

  assert.equal(stdout, '200');
  assert.match(JSON.stringify(network.journal.since(lastSeq() - 1)), /deeper than 100 levels/);
});

test('a GET may bring a body along, which the action reads and the journal shows', async () => {
  const seq = lastSeq();
  const sent = ['-sS', '-X', 'GET', '-d', '{"run_id":7}', '-H', 'content-type: text/json'];

  const { stdout } = await child('curl', [...sent, `https://${HOST}/asked`]);

  assert.equal(stdout, '{"run_id":7}');
  assert.partialDeepStrictEqual(network.journal.since(seq)[0], { request: { run_id: 7 } });
});

test('the journal can be asked for and listened to over the admin port', async () => {
  const seq = lastSeq();
  const stream = await admin(`/_sandbox/journal/stream?since=${seq}&service=databricks`);
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  assert.ok(reader);

  await post('/echo', { heard: true });
  let heard = '';
  while (!heard.includes('"heard":true')) heard += (await reader.read()).value ?? '';
  await reader.cancel();

  assert.match(heard, /^id: \d+$/m);
  const asked = await (await admin(`/_sandbox/journal?since=${seq}`)).json();
  assert.partialDeepStrictEqual(asked, { entries: [{ request: { heard: true } }] });
});

test('a fault before the action keeps it from running; one after it only loses the answer', async () => {
  const ranBefore = tally.ran;
  await addFault({
    path: '/echo',
    when: { times: 1 },
    do: { kind: 'status', status: 503, body: {} },
  });
  assert.equal((await post('/echo', {})).status, '503');
  assert.equal(tally.ran, ranBefore);

  await addFault({
    id: 'lost',
    path: '/ec*',
    when: { times: 1 },
    stage: 'after',
    do: { kind: 'drop' },
  });
  assert.equal((await post('/echo', {})).status, '000');
  assert.equal(tally.ran, ranBefore + 1);
  assert.partialDeepStrictEqual(network.journal.since(lastSeq() - 1), [
    { fault: 'lost', status: null, action: '/echo' },
  ]);

  assert.equal((await post('/echo', {})).status, '200');
  network.faults.clear();
});

test('a fault skips, holds up, counts, and can be taken away', async () => {
  await addFault({ id: 'late', when: { skip: 1 }, do: { kind: 'delay', ms: 30 } });
  await addFault({ id: 'page', method: 'POST', do: { kind: 'sign-in-page' } });

  await post('/echo', {});
  const second = await post('/echo', {});

  assert.equal(second.status, '203');
  assert.partialDeepStrictEqual(network.faults.list(), [
    { id: 'late', matched: 2, struck: 1 },
    { id: 'page', matched: 2, struck: 2 },
  ]);
  assert.equal((await admin('/_sandbox/faults/page', { method: 'DELETE' })).status, 204);
  assert.equal((await admin('/_sandbox/faults/page', { method: 'DELETE' })).status, 404);
  assert.equal((await admin('/_sandbox/faults', { method: 'DELETE' })).status, 204);
  assert.equal((await post('/echo', {})).status, '200');
});

test('a fault that is not understood is refused by name', async () => {
  const unknown = await addFault({ do: { kind: 'explode' } });
  assert.equal(unknown.status, 400);
  assert.match(await unknown.text(), /do\.kind/);

  const misspelt = await addFault({ pth: '/', do: { kind: 'drop' } });
  assert.equal(misspelt.status, 400);
  assert.match(await misspelt.text(), /pth/);

  const nobody = await addFault({ service: 'github', do: { kind: 'drop' } });
  assert.equal(nobody.status, 400);
  assert.match(await nobody.text(), /github/);
});

test('the clock moves on, never back, and the answers are dated by it', async () => {
  const start = network.tools.clock.now();
  const body = JSON.stringify({ advance_ms: 3_600_000 });
  assert.equal((await admin('/_sandbox/clock', { method: 'POST', body })).status, 200);
  assert.ok(network.tools.clock.now() >= start + 3_600_000);
  assert.ok(
    Date.parse((await admin('/_sandbox/health')).headers.get('date') ?? '') > start + 3_500_000,
  );

  const back = JSON.stringify({ advance_ms: -1 });
  assert.equal((await admin('/_sandbox/clock', { method: 'POST', body: back })).status, 400);
});

test('the admin port asks for its token, and for a local name', async () => {
  const without = await fetch(`${network.adminUrl}/_sandbox/journal`);
  assert.equal(without.status, 401);
  assert.equal((await admin('/_sandbox/nothing')).status, 404);
  assert.equal(await statusWithHost('rebound.example.com'), 403);
});

test('what is emulated can be listed, each endpoint with where it was read', async () => {
  assert.partialDeepStrictEqual(await (await admin('/_sandbox/routes')).json(), {
    routes: [{ service: 'databricks', method: 'POST', path: '/echo', source: 'test' }],
  });
});

test('people see the pages of a host without proxy, certificate or token', async () => {
  const seen = await fetch(`${network.adminUrl}/${HOST}/page?x=1`);
  assert.equal(seen.status, 200);
  assert.match(seen.headers.get('content-security-policy') ?? '', /default-src 'none'/);
  const text = await seen.text();
  assert.match(text, new RegExp(`href="/${HOST}/page\\?x=2"`));
  assert.match(text, new RegExp(`href="/${HOST}/other"`));
  assert.match(text, /href="https:\/\/example.com\/"/);

  for (const path of [`/${HOST}/json`, '/example.com/page', '/']) {
    assert.equal((await fetch(network.adminUrl + path)).status, 404);
  }
});

const tally = { ran: 0, onAbort: () => {} };

const echo: Action<typeof tally> = {
  method: 'POST',
  path: '/echo',
  source: 'test',
  async handle(call) {
    call.state.ran += 1;
    call.identify('somebody');
    return Response.json(await call.json());
  },
};

const asked: Action<typeof tally> = {
  method: 'GET',
  path: '/asked',
  source: 'test',
  handle: async (call) => Response.json(await call.json()),
};

const count: Action<typeof tally> = {
  method: 'POST',
  path: '/count',
  source: 'test',
  handle: ({ request }) => new Response(request.body),
};

const page: Action<typeof tally> = {
  method: 'GET',
  path: '/page',
  source: 'test',
  handle: () =>
    new Response(
      `<p>a page</p><a href="/page?x=2"></a><a href="https://${HOST}/other"></a><a href="https://example.com/"></a>`,
      { headers: { 'content-type': 'text/html' } },
    ),
};

const slow: Action<typeof tally> = {
  method: 'GET',
  path: '/slow',
  source: 'test',
  handle: ({ request, state }) =>
    new Promise((resolve) => {
      request.signal.addEventListener('abort', () => {
        state.onAbort();
        resolve(new Response(null));
      });
    }),
};

function pythonThatReads(url: string): string {
  return [
    'import ssl, urllib.request',
    'context = ssl.create_default_context()',
    'context.verify_flags |= ssl.VERIFY_X509_STRICT',
    `print(urllib.request.urlopen('${url}', context=context).read())`,
  ].join('\n');
}

/** What a program says that has the sandbox's variables, whether it succeeds or not. */
async function child(command: string, args: readonly string[]) {
  const env = { ...process.env, ...network.tools.childEnvironment() };
  const ended = await run(command, args, { env }).catch(
    (error: { stdout: string; stderr: string }) => error,
  );
  return { stdout: ended.stdout, stderr: ended.stderr };
}

async function post(path: string, body: unknown) {
  const args = ['-s', '-w', '%{http_code}', '-o', '/dev/null', '-d', JSON.stringify(body)];
  const type = ['-H', 'content-type: application/json'];
  const { stdout } = await child('curl', [...args, ...type, `https://${HOST}${path}`]);
  return { status: stdout };
}

function admin(path: string, init: RequestInit = {}) {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  return fetch(network.adminUrl + path, { ...init, headers });
}

function addFault(fault: unknown) {
  return admin('/_sandbox/faults', { method: 'POST', body: JSON.stringify(fault) });
}

function lastSeq(): number {
  return network.journal.since(0).at(-1)?.seq ?? 0;
}

function connectStatus(target: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const { port } = new URL(network.proxyUrl);
  const socket = tcpConnect(Number(port), '127.0.0.1');
  socket.on('error', reject);
  socket.on('data', (data) => {
    socket.destroy();
    resolve(Number(data.toString().split(' ')[1]));
  });
  socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: x\r\n\r\n`);
  return promise;
}

/** A handshake for this name, through the tunnel of a host that is emulated. */
function tunnelled(servername: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const { port } = new URL(network.proxyUrl);
  const socket = tcpConnect(Number(port), '127.0.0.1');
  socket.on('error', reject);
  socket.once('data', () => {
    const secure = tlsConnect({ socket, servername, rejectUnauthorized: false }, resolve);
    secure.on('error', reject);
  });
  socket.write(`CONNECT ${HOST}:443 HTTP/1.1\r\nHost: x\r\n\r\n`);
  return promise;
}

function statusWithHost(host: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  httpRequest(`${network.adminUrl}/${HOST}/page`, { headers: { host } }, (response) => {
    response.resume();
    resolve(response.statusCode ?? 0);
  })
    .on('error', reject)
    .end();
  return promise;
}
