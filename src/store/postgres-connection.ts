import type { Client, ClientBase, ClientConfig, Pool, PoolClient } from 'pg';

import { ConfigError } from '../lib/errors.ts';
import type { Secret } from '../lib/secret.ts';
import { changed, type Row, type Statement, type Value } from './statement.ts';

/** Which database, and which schema in it is ours. */
export interface PostgresPlace {
  /** `postgres://user:password@host/database` */
  readonly url: Secret;
  readonly schema?: string;
}

const CONNECTIONS = 8;
const CONNECT_MS = 5000;
const ANSWER_MS = 30_000;
const LOCK_MS = 10_000;
const INT8 = 20; // Source: postgres/postgres src/include/catalog/pg_type.dat

/** Ours where nothing else is said. */
export const SCHEMA = 'signalbox';

/** A pool of connections, made only where Postgres is configured: the driver is loaded here. */
export async function openPool(place: PostgresPlace): Promise<Pool> {
  const pg = await load();
  const pool = new pg.Pool({ ...settings(place), max: CONNECTIONS });
  // A connection that breaks is replaced, and what it was used for fails; without a listener, the
  // pool's for those that rest and the client's own for those in use, we would end.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** One connection of our own, for what goes on for long. */
export async function openClient(place: PostgresPlace): Promise<Client> {
  const pg = await load();
  const client = new pg.Client(settings(place));
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (cause) {
    throw notReached(cause);
  }
}

/** The driver, which nobody needs who stores in SQLite. */
async function load() {
  const { default: pg } = await import('pg');
  // Our integers are times in milliseconds and counts: none comes near 2^53.
  pg.types.setTypeParser(INT8, Number);
  return pg;
}

function settings({ url, schema = SCHEMA }: PostgresPlace): ClientConfig {
  return {
    connectionString: url.reveal(),
    application_name: 'signalbox',
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: ANSWER_MS,
    lock_timeout: LOCK_MS,
    idle_in_transaction_session_timeout: ANSWER_MS,
    keepAlive: true,
    pipeline: true,
    options: `-c search_path=${schema}`,
  };
}

/** The error for a database that cannot be reached when we start. */
export function notReached(cause: unknown): ConfigError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ConfigError('STORE_UNAVAILABLE', `cannot open the store in Postgres: ${reason}`, {
    cause,
    hint: 'check store.postgres in the configuration, and that this machine may reach the database',
  });
}

const named = new WeakMap<TemplateStringsArray, { readonly name: string; readonly text: string }>();
let names = 0;

/** Runs a statement, which the connection prepares when it meets it first. */
export async function answer(
  client: ClientBase | PoolClient,
  { parts, values }: Statement,
): Promise<readonly Row[]> {
  let query = named.get(parts);
  if (!query) {
    names += 1;
    query = { name: `signalbox_${names}`, text: textOf(parts) };
    named.set(parts, query);
  }
  const { rows, fields, rowCount } = await client.query<Row>({
    ...query,
    values: values.map(storable),
  });
  return fields.length > 0 ? rows : changed(rowCount ?? 0);
}

function textOf(parts: TemplateStringsArray): string {
  return parts.map((part, index) => (index === 0 ? part : `$${index}${part}`)).join('');
}

/** Postgres keeps every character in a text but the one of the code 0. */
export function storable(value: Value): Value {
  return typeof value === 'string' && value.includes('\0')
    ? value.replaceAll('\0', '\uFFFD')
    : value;
}
