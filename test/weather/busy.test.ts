import assert from 'node:assert/strict';
import { test } from 'node:test';

import { type Badly, openAzureStandIn } from './azure-stand-in.ts';
import { openWeather } from './open-weather.ts';

const DELIVERIES = 60;
const MINUTES = 10;
const STEP_MS = 10_000;

test('429 for ten minutes: hardly asked, nothing lost or started twice, another target as ever', async (t) => {
  const busy = await openAzureStandIn(t);
  const well = await openAzureStandIn(t);
  const targets = { busy: busy.organization, well: well.organization };
  const weather = await openWeather(t, { targets });
  const { worker } = weather.app;
  let turnedAway = 0;
  busy.bad.start = tooMany(() => {
    turnedAway += 1;
  });
  const events = await Promise.all(Array.from({ length: DELIVERIES }, () => weather.ask('busy')));

  await worker.tick();
  const first = turnedAway;
  for (let ms = 0; ms < MINUTES * 60_000; ms += STEP_MS) {
    weather.later(STEP_MS);
    await worker.tick();
  }
  // Some were under way when it first said so; from then on it is tried once each half minute.
  assert.ok(first <= 32, `${first} at first`);
  assert.ok(turnedAway - first <= 2 * MINUTES + 1, `${turnedAway - first} in ten minutes`);
  const [one] = await Promise.all(events.map((event) => weather.delivery(event)));
  assert.match(one?.reason ?? '', /429/);
  assert.equal(one?.verdict, null);
  assert.match(weather.log.join(''), /target does not work, and is left alone/);

  const other = await weather.ask('well');
  await worker.tick();
  assert.equal((await weather.delivery(other)).verdict, 'succeeded');

  busy.bad.start = null;
  for (let ms = 0; ms < 10 * 60_000; ms += STEP_MS) {
    weather.later(STEP_MS);
    await worker.tick();
  }
  const ended = await Promise.all(events.map((event) => weather.delivery(event)));
  assert.deepEqual(
    ended.map(({ verdict }) => verdict),
    ended.map(() => 'succeeded'),
  );
  assert.equal(new Set(busy.started).size, DELIVERIES);
  assert.equal(busy.started.length - turnedAway, DELIVERIES);
  assert.match(weather.log.join(''), /target works again/);
});

function tooMany(note: () => void): Badly {
  return (_request, response) => {
    note();
    response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '30' });
    response.end('{"message":"TF400733: The request has been canceled"}');
  };
}
