import { Kysely, PostgresDialect } from 'kysely';
import type { Pool } from 'pg';

import { TransientError } from '../lib/errors.ts';
import { type DatabaseClock, openDatabaseClock } from './database-clock.ts';
import type { Dialect } from './dialect.ts';
import { type Member, openGroupCommit } from './group-commit.ts';
import { lookups } from './lookups.ts';
import { commitOnPostgres } from './postgres-commit.ts';
import { notReached, openPool, type PostgresPlace, SCHEMA } from './postgres-connection.ts';
import { isCollision, isPostgresConflict, postgresFailure } from './postgres-failure.ts';
import { openHints } from './postgres-hints.ts';
import { requireSchema } from './postgres-schema.ts';
import { sql } from './statement.ts';
import { LeaseLost, type Store } from './store.ts';
import { storeMethods } from './store-methods.ts';
import type { Tables } from './tables.ts';

/** Two: while one transaction waits for its sync, the next is filled. */
const IN_FLIGHT = 2;

/**
 * The store in a Postgres database, for any number of processes at once.
 *
 * @throws {ConfigError} it cannot be reached, is not migrated, or a newer Signalbox wrote it
 */
export async function openPostgres(place: PostgresPlace): Promise<Store> {
  const pool = await openPool(place);
  const clock = openDatabaseClock();
  try {
    await prepare(pool, clock);
  } catch (error) {
    await pool.end();
    throw error;
  }
  const hints = await openHints(place, place.schema ?? SCHEMA);
  const committing = {
    commit: (members: readonly Member[]) => commitOnPostgres(pool, hints, members),
    isOfOne: (error: unknown) => !(error instanceof TransientError) || isCollision(error),
  };
  const group = openGroupCommit({ ...committing, inFlight: IN_FLIGHT });
  const starts = openGroupCommit({ ...committing, inFlight: 1, most: { perTransaction: 1 } });
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const dialect = dialectOf(clock);
  return {
    ...storeMethods({ group, starts, db, dialect, isConflict: isPostgresConflict, read: failing }),
    ...lookups(db, failing),
    now: clock.now,
    onHint: (listener) => hints.on(listener),
    async close() {
      await Promise.all([group.drained(), starts.drained()]);
      await hints.close();
      await db.destroy();
    },
  };
}

async function prepare(pool: Pool, clock: DatabaseClock): Promise<void> {
  const client = await pool.connect().catch((cause: unknown) => {
    throw notReached(cause);
  });
  try {
    await requireSchema(client);
    const heard = clock.ask();
    const { rows } = await client.query<{ now_ms: number }>(
      'select (extract(epoch from clock_timestamp()) * 1000)::bigint as now_ms',
    );
    heard(rows[0]?.now_ms ?? Date.now());
  } finally {
    client.release();
  }
}

function dialectOf(clock: DatabaseClock): Dialect {
  return {
    *clock() {
      const heard = clock.ask();
      const [row] = yield sql`
        select (extract(epoch from clock_timestamp()) * 1000)::bigint as now_ms`;
      const nowMs = Number(row?.['now_ms']);
      heard(nowMs);
      return nowMs;
    },
    *lock(key) {
      yield sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`;
    },
    *tryLock(key) {
      const [row] = yield sql`select pg_try_advisory_xact_lock(
        hashtextextended(current_schema() || ' ' || ${key}, 0)) as locked`;
      return row?.['locked'] === true;
    },
    *hold({ id, epoch }) {
      const rows = yield sql`
        select id from deliveries where id = ${id} and epoch = ${epoch} for update`;
      if (rows.length === 0) throw new LeaseLost(id);
    },
  };
}

/** What is only read fails like everything else. */
async function failing<Result>(asked: Promise<Result>): Promise<Result> {
  try {
    return await asked;
  } catch (error) {
    throw postgresFailure(error);
  }
}
