import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';

import { steadyClock } from '../../src/lib/steady-clock.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { type Badly, openAzureStandIn, sendJson, startedRun } from './azure-stand-in.ts';
import { openWeather } from './open-weather.ts';

const HOUR_MS = 3_600_000;

test('the clock goes back an hour: what was due in a second is, and not in an hour', async (t) => {
  const azure = await openAzureStandIn(t);
  const clock = openClock(t);
  const weather = await openWeather(t, { targets: { azure: azure.organization }, deps: clock });
  azure.bad.start = busy;
  const event = await weather.ask('azure');
  await weather.app.worker.tick();
  assert.equal((await weather.delivery(event)).phase, 'waiting');

  clock.jump(-HOUR_MS);
  azure.bad.start = null;
  for (let seconds = 0; seconds < 10; seconds += 1) {
    clock.later(1000);
    await weather.app.worker.tick();
  }

  assert.equal((await weather.delivery(event)).verdict, 'succeeded');
});

test('the clock goes back an hour: what was told is known still, and nothing is late on the timeline', async (t) => {
  const azure = await openAzureStandIn(t);
  const clock = openClock(t);
  const weather = await openWeather(t, { targets: { azure: azure.organization }, deps: clock });
  const tell = async () =>
    await fetch(`${weather.url}/api/manual/by-hand`, {
      method: 'POST',
      body: JSON.stringify({ name: 'azure', request_id: 'the same' }),
    });
  await tell();
  clock.jump(-HOUR_MS);
  await tell();
  await weather.app.worker.tick();

  const { store } = weather.app.engine;
  const events = await store.events(10);
  const deliveries = await store.deliveriesOf(events.map(({ id }) => id));
  assert.deepEqual([events.length, deliveries.length], [1, 1]);
  const times = (await store.transitionsOf(deliveries.map(({ id }) => id))).map(({ atMs }) => atMs);
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );
});

for (const [what, jumpMs] of [
  ['an hour', HOUR_MS],
  ['ten years', 10 * 365 * 24 * HOUR_MS],
] as const) {
  test(`the clock goes forward ${what} while a start is under way: it is not made twice`, async (t) => {
    const azure = await openAzureStandIn(t);
    const clock = openClock(t);
    const weather = await openWeather(t, { targets: { azure: azure.organization }, deps: clock });
    const called = Promise.withResolvers<ServerResponse>();
    azure.bad.start = (_request, response) => called.resolve(response);
    // It surfaces there when it is answered, and no sooner.
    azure.bad.find = (_request, response) => sendJson(response, { value: [] });
    const event = await weather.ask('azure');
    const running = weather.app.worker.run();
    const response = await called.promise;

    clock.jump(jumpMs);
    for (let round = 0; round < 200; round += 1) {
      weather.app.worker.wake();
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      await weather.delivery(event);
    }
    azure.bad.find = null;
    sendJson(response, startedRun(1));
    await until(async () => (await weather.delivery(event)).verdict !== null);

    assert.equal((await weather.delivery(event)).verdict, 'succeeded');
    assert.equal(azure.started.length, 1);
    await weather.app.worker.close();
    await running;
  });
}

test('the clock goes forward an hour: each run is looked at once for it, and none is lost', async (t) => {
  const azure = await openAzureStandIn(t);
  const clock = openClock(t);
  const weather = await openWeather(t, { targets: { azure: azure.organization }, deps: clock });
  azure.bad.look = (_request, response) => response.writeHead(503).end();
  const events = await Promise.all(Array.from({ length: 20 }, () => weather.ask('azure')));
  await weather.app.worker.tick();
  const before = azure.requests();

  clock.jump(HOUR_MS);
  for (let round = 0; round < 5; round += 1) await weather.app.worker.tick();
  const looks = azure.requests() - before;
  assert.ok(looks <= 20, `${looks} requests`);

  azure.bad.look = null;
  for (let minutes = 0; minutes < 10; minutes += 1) {
    clock.later(60_000);
    await weather.app.worker.tick();
  }
  const ended = await Promise.all(events.map((event) => weather.delivery(event)));
  assert.ok(ended.every(({ verdict }) => verdict === 'succeeded'));
  assert.equal(azure.started.length, 20);
});

const busy: Badly = (_request, response) => {
  response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '1' }).end('{}');
};

/** A store whose clock is the machine's, as the service has it; the machine's is set by hand. */
function openClock(t: TestContext) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-clock-'));
  t.after(() => rmSync(folder, { recursive: true }));
  let wallMs = 1_767_225_600_000;
  let elapsedMs = 0;
  return {
    store: openSqlite(
      path.join(folder, 'signalbox.db'),
      steadyClock(
        () => wallMs,
        () => elapsedMs,
      ),
    ),
    /** Time goes by. */
    later(ms: number): void {
      wallMs += ms;
      elapsedMs += ms;
    },
    /** Somebody sets the clock. */
    jump(ms: number): void {
      wallMs += ms;
    },
  };
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error('it did not happen in time');
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
