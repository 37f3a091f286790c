import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { type TestContext, test } from 'node:test';

import { Hono } from 'hono';

import { listen } from './server.ts';

const GET = 'GET /health HTTP/1.1\r\nhost: signalbox\r\n';

const ambiguous = [
  `${GET}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
  `${GET}content-length: 5\r\ncontent-length: 6\r\n\r\nhello`,
  `${GET}transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
  `${GET}transfer-encoding : chunked\r\n\r\n0\r\n\r\n`,
  `${GET}a: b\r\n c: d\r\n\r\n`,
  'GET /health HTTP/1.1\nhost: signalbox\n\n',
  'GET /health HTTP/1.1\r\n\r\n',
  `${GET}x: ${'y'.repeat(20_000)}\r\n\r\n`,
];

const SMUGGLED = 'GET /health HTTP/1.1\r\nhost: smuggled\r\n\r\n';

/** Their heads are in order: what comes after them must not become a request of its own. */
const brokenBodies = [
  `${GET}transfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n${SMUGGLED}`,
  `${GET}transfer-encoding: chunked\r\n\r\n5 \nhello\r\n0\r\n\r\n${SMUGGLED}`,
  `${GET}transfer-encoding: chunked\r\n\r\n-1\r\n${SMUGGLED}`,
];

test('a request that two servers might read in two ways is refused, and its connection closed', async (t) => {
  const port = await listening(t);

  for (const text of ambiguous) {
    const said = await answerTo(port, text);
    assert.match(said, /^HTTP\/1\.1 4\d\d /, JSON.stringify(text.slice(0, 100)));
    assert.equal(said.match(/HTTP\/1\.1/g)?.length, 1, said);
  }
  for (const text of brokenBodies) {
    const said = await answerTo(port, text);
    assert.ok((said.match(/HTTP\/1\.1/g)?.length ?? 0) <= 1, said);
  }
  assert.match(await answerTo(port, `${GET}connection: close\r\n\r\n`), /^HTTP\/1\.1 200 /);
});

/** Everything that is said until the other side closes. */
async function answerTo(port: number, text: string): Promise<string> {
  const socket = net.connect(port, '127.0.0.1');
  let said = '';
  socket.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  socket.on('error', () => undefined);
  socket.write(text);
  await once(socket, 'close');
  return said;
}

async function listening(t: TestContext): Promise<number> {
  const routes = new Hono().all('/health', (c) => c.json({ ok: true }));
  const server = await listen({ routes }, { host: '127.0.0.1', port: 0 });
  t.after(() => server[Symbol.asyncDispose]());
  return Number(new URL(server.url).port);
}
