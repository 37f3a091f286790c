import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';

import { openAzureStandIn } from './azure-stand-in.ts';
import { openWeather, SIGNING_SECRET, type Weather } from './open-weather.ts';

test('what is signed and no event that we can read is a 400 with a reason, and its neighbour is taken', async (t) => {
  const weather = await openWeather(t, { targets: {} });
  const wrong = {
    'invalid UTF-8': Buffer.concat([
      Buffer.from(event('1').slice(0, -2)),
      Buffer.of(0xff, 0xc0),
      Buffer.from('"}'),
    ]),
    'no object': Buffer.from('[]'),
    'a hundred thousand brackets': Buffer.from(`${'['.repeat(100_000)}${']'.repeat(100_000)}`),
    'a time that is no number': Buffer.from(event('1').replace('1767225600123', '1e309')),
    'a version that is an object': Buffer.from(event('1').replace('"1"', '{"a":1}')),
    'cut off': Buffer.from(event('1').slice(0, 40)),
    empty: Buffer.alloc(0),
  };

  for (const [what, body] of Object.entries(wrong)) {
    const { status, answer } = await post(weather, body);
    assert.equal(status, 400, `${what}: ${status} ${answer}`);
    assert.match(answer, /^\{"error":"[^"]+/, what);
  }
  assert.equal((await post(weather, Buffer.from(event('2')))).status, 202);
  assert.equal((await weather.app.engine.store.events(10)).length, 1);
});

test('ten megabytes are turned away unread, and a neighbour is taken', async (t) => {
  const weather = await openWeather(t, { targets: {} });
  const huge = Buffer.from(event('1').replace('moved', 'x'.repeat(10 * 1024 * 1024)));

  assert.equal((await post(weather, huge)).status, 413);
  assert.equal((await post(weather, Buffer.from(event('2')))).status, 202);
});

test('what is odd and yet an event is taken as it is, and shown so that every reader can read it', async (t) => {
  const weather = await openWeather(t, { targets: {} });
  const odd = {
    'half of a pair': event('1').replace('moved', String.raw`a\ud800b`),
    'a character of the code 0': event('2').replace('moved', String.raw`a\u0000b`),
    'a key twice: the last one counts': event('3').replace('"text"', '"text":"first","text"'),
    'a prototype': event('4').replace('"text"', '"__proto__":{"isAdmin":true},"text"'),
    'depth in what nobody reads': event('5').replace(
      '"text"',
      `"more":${'['.repeat(5000)}${']'.repeat(5000)},"text"`,
    ),
    'a number beyond all numbers': event('6').replace('"text"', '"more":1e309,"text"'),
  };

  for (const [what, body] of Object.entries(odd)) {
    const { status, answer } = await post(weather, Buffer.from(body));
    assert.equal(status, 202, `${what}: ${answer}`);
  }
  const response = await fetch(`${weather.url}/api/events?limit=10`);
  assert.equal(response.status, 200);
  const text = new TextDecoder('utf-8', { fatal: true }).decode(await response.arrayBuffer());
  assert.equal(Object.hasOwn(Object.prototype, 'isAdmin'), false);
  assert.match(text, /"version":"6"/);
});

test('a rule that throws makes a dead letter that says so, and the rule beside it runs', async (t) => {
  const azure = await openAzureStandIn(t);
  const weather = await openWeather(t, {
    targets: { well: azure.organization, broken: azure.organization },
    conditions: {
      well: 'event.to_stage == "Staging"',
      broken: 'int(event.version) / 0 == 1',
    },
  });

  assert.equal((await post(weather, Buffer.from(event('1')))).status, 202);
  await weather.app.worker.tick();

  const [stored] = await weather.app.engine.store.events(1);
  const deliveries = await weather.app.engine.store.deliveriesOf([stored?.id ?? '']);
  const seen = deliveries.map(({ rule, phase, verdict }) => `${rule}: ${phase}, ${verdict}`);
  assert.deepEqual(new Set(seen), new Set(['broken: dead, failed', 'well: ended, succeeded']));
  const dead = deliveries.find(({ rule }) => rule === 'broken');
  assert.match(dead?.reason ?? '', /^rule broken cannot be evaluated: /);
});

function event(version: string): string {
  return JSON.stringify({
    event: 'MODEL_VERSION_TRANSITIONED_STAGE',
    webhook_id: 'c5596721253c4b429368cf6f4341b88a',
    event_timestamp: 1_767_225_600_123,
    model_name: 'wine-quality',
    version,
    to_stage: 'Staging',
    from_stage: 'None',
    text: 'moved',
  });
}

async function post({ url }: Weather, body: Buffer) {
  const signature = createHmac('sha256', SIGNING_SECRET).update(body).digest('hex');
  const response = await fetch(`${url}/hooks/prod`, {
    method: 'POST',
    headers: { 'x-databricks-signature': signature },
    body,
  });
  return { status: response.status, answer: await response.text() };
}
