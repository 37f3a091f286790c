import type { ClientBase } from 'pg';

import { ConfigError } from '../lib/errors.ts';
import { outstanding, type Schema } from './migrate.ts';
import { openClient, type PostgresPlace, SCHEMA } from './postgres-connection.ts';

const LOCK = 7_400_101; // any number, the same for everybody who migrates

/**
 * Brings the database up to date, one migration after the other; resolves to the names of those
 * that were missing.
 *
 * @throws {ConfigError} it cannot be reached, or a newer Signalbox has written it
 */
export async function migratePostgres(place: PostgresPlace): Promise<readonly string[]> {
  const client = await openClient(place);
  try {
    const schema = client.escapeIdentifier(place.schema ?? SCHEMA);
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    await client.query(`create schema if not exists ${schema}`);
    await client.query('create table if not exists schema_version (version integer not null)');
    await client.query('alter table schema_version add column if not exists oldest integer');
    const before = await schemaOf(client);
    const missing = outstanding('postgres', before, 'the database');
    let allowed = before.oldest;
    for (const { number, sql, oldest } of missing) {
      allowed = Math.max(allowed, oldest);
      await client.query(`begin; ${sql}; delete from schema_version;
        insert into schema_version (version, oldest) values (${number}, ${allowed}); commit;`);
    }
    return missing.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

/**
 * Makes sure that the database is of this Signalbox.
 * @throws {ConfigError} it is older, and is to be migrated first; or newer, and of no use to us
 */
export async function requireSchema(client: ClientBase): Promise<void> {
  const [missing] = outstanding('postgres', await schemaOf(client), 'the database');
  if (!missing) return;
  throw new ConfigError('STORE_OUTDATED', `the database lacks ${missing.name}`, {
    hint: 'make a backup of it, then run "signalbox store migrate"',
  });
}

async function schemaOf(client: ClientBase): Promise<Schema> {
  const { rows: found } = await client.query<{ name: string | null }>(
    `select to_regclass('schema_version')::text as name`,
  );
  if ((found[0]?.name ?? null) === null) return { version: 0, oldest: 0 };
  const { rows } = await client.query<{ version: number; oldest?: number | null }>(
    'select * from schema_version',
  );
  const { version = 0, oldest } = rows[0] ?? {};
  return { version, oldest: oldest ?? version };
}
