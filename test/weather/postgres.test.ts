import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';

import { Secret } from '../../src/lib/secret.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { openClient } from '../../src/store/postgres-connection.ts';
import { migratePostgres } from '../../src/store/postgres-schema.ts';
import { openTestPostgres } from '../../src/store/test-postgres.ts';
import { openAzureStandIn } from './azure-stand-in.ts';
import { openWeather, type Weather } from './open-weather.ts';

const server = await openTestPostgres();

if (server.kind === 'missing' || !server.crash) {
  const because = server.kind === 'missing' ? server.because : 'it is not ours to stop';
  test('Postgres gone', { skip: because }, () => undefined);
} else {
  after(() => server.close());
  const { crash } = server;

  test('Postgres gone: 503, nothing acknowledged is lost, and it goes on by itself', async (t) => {
    const place = {
      url: new Secret(server.url),
      schema: `test_${randomBytes(6).toString('hex')}`,
    };
    await migratePostgres(place);
    const azure = await openAzureStandIn(t);
    const weather = await openWeather(t, {
      targets: { azure: azure.organization },
      deps: { store: await openPostgres(place) },
    });
    const running = weather.app.worker.run();
    const acknowledged = [await weather.ask('azure')];

    await crash(async () => {
      for (let times = 0; times < 3; times += 1) {
        const { status, headers } = await askFor(weather);
        assert.equal(status, 503);
        assert.match(headers.get('retry-after') ?? '', /^\d+$/);
      }
      const health = await fetch(`${weather.url}/health`);
      assert.deepEqual(
        [health.status, await health.json()],
        [200, { ok: true, state: 'running', store: 'away' }],
      );
      assert.equal((await fetch(`${weather.url}/ready`)).status, 503);
    });

    await until(async () => (await fetch(`${weather.url}/ready`)).status === 200);
    await until(async () => (await askFor(weather)).status === 202);
    acknowledged.push(await weather.ask('azure'));
    for (const event of acknowledged) {
      await until(async () => (await weather.delivery(event)).verdict === 'succeeded');
    }
    const events = await weather.app.engine.store.events(100);
    assert.equal(azure.started.length, new Set(azure.started).size);
    assert.equal(events.length, 3);
    const failures = weather.log.filter((line) => line.includes('a step failed'));
    assert.ok(failures.length > 0 && failures.length <= 10, `${failures.length} lines`);
    assert.match(failures.join(''), /the store does not take anything just now/);
    await weather.app.worker.close();
    await running;
    const client = await openClient(place);
    await client.query(`drop schema ${place.schema} cascade`);
    await client.end();
  });
}

async function askFor({ url }: Weather): Promise<Response> {
  return await fetch(`${url}/api/manual/by-hand`, { method: 'POST', body: '{"name":"azure"}' });
}

/** What is away comes back in its own time. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await isSo().catch(() => false))) {
    if (Date.now() > deadline) throw new Error('it did not happen in time');
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
}
