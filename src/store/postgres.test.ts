import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, type TestContext, test } from 'node:test';

import type { Client } from 'pg';

import { ConfigError } from '../lib/errors.ts';
import { Secret } from '../lib/secret.ts';
import type { News } from '../model/news.ts';
import { noLimits } from '../model/terms.ts';
import { askedContract } from './asked-contract.ts';
import { type OpenStore, storeContract } from './contract.ts';
import { moveStore } from './move-store.ts';
import { openPostgres } from './postgres.ts';
import { openClient, type PostgresPlace } from './postgres-connection.ts';
import { migratePostgres } from './postgres-schema.ts';
import { openSqlite } from './sqlite.ts';
import { startsContract } from './starts-contract.ts';
import type { StartClaim } from './store.ts';
import { testDelivery, testEvent } from './test-deliveries.ts';
import { openTestPostgres } from './test-postgres.ts';

const server = await openTestPostgres();

if (server.kind === 'missing') {
  test('the store on Postgres', { skip: server.because }, () => undefined);
} else {
  after(() => server.close());
  onPostgres(new Secret(server.url));
}

function onPostgres(url: Secret): void {
  const openEmpty: OpenStore = async (t) => {
    const place = emptyPlace(t);
    await migratePostgres(place);
    const store = await openPostgres(place);
    t.after(() => store.close());
    return store;
  };

  storeContract('postgres', openEmpty);
  askedContract('postgres', openEmpty);
  startsContract('postgres', openEmpty);

  test('a database that is not migrated is refused with the command to run', async (t) => {
    const place = emptyPlace(t);

    await assert.rejects(
      openPostgres(place),
      (error) =>
        error instanceof ConfigError &&
        error.code === 'STORE_OUTDATED' &&
        /signalbox store migrate/.test(error.hint ?? ''),
    );
    assert.equal((await migratePostgres(place))[0], '001-events-and-deliveries.sql');
    assert.deepEqual(await migratePostgres(place), []);
    const store = await openPostgres(place);
    await store.close();
  });

  test('a database that a newer Signalbox has written is left alone', async (t) => {
    const place = emptyPlace(t);
    await migratePostgres(place);
    const client = await openClient(place);
    await client.query('update schema_version set version = 999, oldest = 999');
    await client.end();

    await assert.rejects(
      openPostgres(place),
      (error) => error instanceof ConfigError && error.code === 'STORE_NEWER',
    );
  });

  // A newer Signalbox has migrated it, in steps that only add: ours works beside it.
  storeContract('postgres, expanded by a newer Signalbox', async (t) => {
    const place = emptyPlace(t);
    await migratePostgres(place);
    const client = await openClient(place);
    await client.query(`
      alter table deliveries add column mood text, add column weight integer not null default 0;
      alter table events add column weather text;
      create table moods (delivery text references deliveries (id));
      create index deliveries_by_mood on deliveries (mood) where mood is not null;
      update schema_version set version = 999`);
    await client.end();
    const store = await openPostgres(place);
    t.after(() => store.close());
    return store;
  });

  test('a database that a newer Signalbox has changed is refused in one clear sentence', async (t) => {
    const place = emptyPlace(t);
    await migratePostgres(place);
    const client = await openClient(place);
    await client.query('update schema_version set version = 999, oldest = 998');
    await client.end();

    for (const open of [openPostgres, migratePostgres]) {
      await assert.rejects(open(place), {
        code: 'STORE_NEWER',
        message: /^the database has schema version 999, this Signalbox knows \d+$/,
        hint: 'start the newer Signalbox again, or restore the backup from before the upgrade',
      });
    }
  });

  test('a database that does not answer is named with a hint', async () => {
    const nowhere = { url: new Secret('postgres://nobody@127.0.0.1:1/none') };

    await assert.rejects(
      openPostgres(nowhere),
      (error) => error instanceof ConfigError && error.code === 'STORE_UNAVAILABLE',
    );
  });

  test('two processes share one database, and the one hears of what the other stores', async (t) => {
    const place = emptyPlace(t);
    await migratePostgres(place);
    const [one, other] = [await openPostgres(place), await openPostgres(place)];
    t.after(() => Promise.all([one.close(), other.close()]));
    const heard = new Promise<readonly News[]>((resolve) => {
      other.onHint(resolve);
    });

    await one.addEvent(testEvent(1), [testDelivery(1)]);
    assert.deepEqual(await heard, ['starts']);
    const claims = await Promise.all([
      one.claimToStart(claimOf('one')),
      other.claimToStart(claimOf('other')),
    ]);

    assert.equal(claims.flatMap(({ toStart }) => toStart).length, 1);
  });

  test('a process hears its own news once, and those of the others with what they are about', async (t) => {
    const place = emptyPlace(t);
    await migratePostgres(place);
    const [one, other] = [await openPostgres(place), await openPostgres(place)];
    t.after(() => Promise.all([one.close(), other.close()]));
    const heard: (readonly News[])[] = [];
    const isTold = Promise.withResolvers<void>();
    one.onHint((news) => {
      heard.push(news);
      if (news.includes('follows')) isTold.resolve();
    });

    await one.addEvent(testEvent(1), [testDelivery(1)]);
    // Postgres tells in the order of the commits: with this one, all before it has been told.
    await other.hasten({ target: 'devops', run: '1' });
    await isTold.promise;

    assert.deepEqual(heard, [['starts'], ['follows']]);
  });

  test('who comes while another claims does not wait for it, and hears that it is busy', async (t) => {
    const place = emptyPlace(t);
    await migratePostgres(place);
    const store = await openPostgres(place);
    t.after(() => store.close());
    const other = await openClient(place);
    t.after(() => other.end());
    await store.addEvent(testEvent(1), [testDelivery(1)]);

    await other.query('begin');
    await other.query(
      `select pg_advisory_xact_lock(hashtextextended(current_schema() || ' claim to start', 0))`,
    );
    const meanwhile = await store.claimToStart(claimOf('one'));
    await other.query('commit');
    const then = await store.claimToStart(claimOf('one'));

    assert.deepEqual([meanwhile.isBusy, meanwhile.toStart.length], [true, 0]);
    assert.deepEqual([then.isBusy, then.toStart.length], [false, 1]);
  });

  test('a connection that is cut is named, and the next write goes through', async (t) => {
    const place = emptyPlace(t);
    await migratePostgres(place);
    const store = await openPostgres(place);
    t.after(() => store.close());
    const killer = await openClient(place);
    t.after(() => killer.end());

    await killer.query(
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity
       where application_name = 'signalbox' and pid <> pg_backend_pid()`,
    );
    const refusal = { source: 'prod', reason: 'no signature', atMs: 1 };
    await store.countRefusal(refusal).catch(() => undefined);
    await store.countRefusal(refusal);

    assert.ok(((await store.refusals())[0]?.count ?? 0) >= 1);
  });

  test('a connection that is reset in the middle of a write ends that write, and not us', async (t) => {
    const place = emptyPlace(t);
    await migratePostgres(place);
    const relay = await openRelay(Number(new URL(url.reveal()).port));
    t.after(() => relay.close());
    const through = new URL(url.reveal());
    through.port = String(relay.port);
    const store = await openPostgres({ ...place, url: new Secret(through.href) });
    t.after(() => store.close());
    const blocker = await openClient(place);
    t.after(() => blocker.end());
    const refusal = { source: 'prod', reason: 'no signature', atMs: 1 };

    await blocker.query('begin');
    await blocker.query('lock table refusals in access exclusive mode');
    const write = store.countRefusal(refusal);
    const failed = assert.rejects(write, { code: 'STORE_UNAVAILABLE' });
    await untilBlocked(blocker);
    relay.reset();
    await failed;
    await blocker.query('rollback');
    await store.countRefusal(refusal);

    assert.ok(((await store.refusals())[0]?.count ?? 0) >= 1);
  });

  test('a store is moved from its file, compared, and not used there any more', async (t) => {
    const place = emptyPlace(t);
    const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-move-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = path.join(folder, 'signalbox.db');
    const before = openSqlite(file, Date.now);
    const odd = { fields: { text: 'a\0b ü 😀' }, model: 'wi\0ne' };
    await before.addEvent(testEvent(1, odd), [testDelivery(1)]);
    await before.claimToStart({ ...claimOf('gone'), leaseMs: 0 });
    await before.countRefusal({ source: 'prod', reason: 'no signature', atMs: 1 });
    await before.close();

    await assert.rejects(moveStore(file, place), { code: 'STORE_OUTDATED' });
    await migratePostgres(place);
    const moved = await moveStore(file, place);

    assert.equal(moved.find(({ table }) => table === 'transitions')?.rows, 2);
    const there = await openPostgres(place);
    t.after(() => there.close());
    const [claimed] = (await there.claimToStart(claimOf('new'))).toLookFor;
    assert.equal(claimed?.id, 'dlv_1');
    await there.save({ ...claimed, reason: 'goes on' }, { atMs: 1, say: 'goes on' });
    assert.equal((await there.transitionsOf(['dlv_1'])).length, 3);
    await assert.rejects(moveStore(file, place), /has been moved to Postgres/);
    assert.throws(() => openSqlite(file, Date.now), /has been moved to Postgres/);
  });

  /** A schema of its own, which goes with the test. */
  function emptyPlace(t: TestContext): PostgresPlace {
    const place = { url, schema: `test_${randomBytes(6).toString('hex')}` };
    t.after(async () => {
      const client = await openClient(place);
      await client.query(`drop schema if exists ${place.schema} cascade`);
      await client.end();
    });
    return place;
  }
}

function claimOf(owner: string): StartClaim {
  const targets = [{ name: 'devops', room: 1, limits: noLimits }];
  // Whoever held it is no more: to be looked for at once.
  return { owner, leaseMs: 60_000, settleMs: -60_001, targets, heard: [], chance: 1 };
}

/** A wire to that port of this machine, whose connections can be reset. */
async function openRelay(to: number) {
  const sockets: Socket[] = [];
  const relay = createServer((near) => {
    const far = connect(to, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.push(socket);
      socket.on('error', () => socket.destroy());
    }
    near.pipe(far).pipe(near);
  }).listen(0, '127.0.0.1');
  await once(relay, 'listening');
  const address = relay.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    reset() {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    close: () => void relay.close(),
  };
}

/** Resolves once somebody waits for a lock that this client holds. */
async function untilBlocked(holder: Client): Promise<void> {
  for (;;) {
    const { rows } = await holder.query(
      'select 1 from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))',
    );
    if (rows.length > 0) return;
  }
}
