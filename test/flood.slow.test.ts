import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { performance } from 'node:perf_hooks';
import { type TestContext, test } from 'node:test';

import { openService, SIGNING_SECRET, type TestService } from './service.ts';

const GOOD = 300;

/** Each opens a connection and never comes to an end: it says nothing, half a head, half a body. */
const dawdlers = [
  { says: '', count: 1500 },
  { says: 'POST /hooks/prod-registry HTTP/1.1\r\nhost: signalbox\r\nx-slow: ', count: 1500 },
  {
    says: 'POST /hooks/prod-registry HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n{',
    count: 200,
  },
] as const;

test('three thousand connections that say nothing keep nobody else waiting, and are closed', async (t) => {
  const service = await openService(t);
  await answered(service, 'warm');
  const aloneMs = await answered(service, 'alone');

  const sinceMs = performance.now();
  const sockets = (
    await Promise.all(
      dawdlers.flatMap(({ says, count }) =>
        Array.from({ length: count }, () => dawdle(t, service, says)),
      ),
    )
  ).flat();
  const openMs = performance.now() - sinceMs;
  const amongMs = await answered(service, 'among');
  // Node by itself would take five minutes: whoever waits that long fails the test.
  await Promise.all(sockets.filter(({ closed }) => !closed).map((one) => once(one, 'close')));

  const times = `${(amongMs / aloneMs).toFixed(2)} times as long among ${sockets.length} others`;
  const closed = ((performance.now() - sinceMs) / 1000).toFixed(1);
  t.diagnostic(`a request takes ${times}; they took ${openMs.toFixed(0)} ms to open`);
  t.diagnostic(`all were closed ${closed} s after the first`);
});

/** How long a signed event takes in the middle, in milliseconds; every one has to be taken in. */
async function answered({ url }: TestService, name: string): Promise<number> {
  const times: number[] = [];
  for (let number = 1; number <= GOOD; number += 1) {
    const body = JSON.stringify({
      event: 'MODEL_VERSION_CREATED',
      webhook_id: 'w',
      event_timestamp: 1_767_225_600_000,
      model_name: name,
      version: String(number),
    });
    const signature = createHmac('sha256', SIGNING_SECRET).update(body).digest('hex');
    const atMs = performance.now();
    const response = await fetch(`${url}/hooks/prod-registry`, {
      method: 'POST',
      headers: { 'x-databricks-signature': signature },
      body,
    });
    await response.text();
    times.push(performance.now() - atMs);
    assert.equal(response.status, 202);
  }
  return times.toSorted((a, b) => a - b)[GOOD / 2] ?? 0;
}

async function dawdle(t: TestContext, { url }: TestService, says: string) {
  const socket = net.connect(Number(new URL(url).port), '127.0.0.1');
  t.after(() => socket.destroy());
  // What is said on the way out is of no interest; unread, the end would not be seen.
  socket.resume();
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(says);
  return socket;
}
