import { createHash } from 'node:crypto';

import type { Client } from 'pg';

import { ConfigError } from '../lib/errors.ts';
import { openClient, type PostgresPlace, SCHEMA, storable } from './postgres-connection.ts';
import { requireSchema } from './postgres-schema.ts';
import { markMoved, openSqliteFile, type SqliteFile } from './sqlite-file.ts';

/** In the order in which they refer to each other. */
const TABLES = [
  'events',
  'deliveries',
  'transitions',
  'reports',
  'refusals',
  'standings',
  'surveys',
  'attempts',
  'run_claims',
] as const;
type Table = (typeof TABLES)[number];

const ROWS_AT_ONCE = 500;

export interface Moved {
  readonly table: string;
  readonly rows: number;
}

/**
 * Copies everything from a file into an empty Postgres database, and compares the two row by row;
 * the file is marked then, so that no service starts on it any more.
 *
 * @throws {ConfigError} a service works on the file, the database cannot be reached, is not
 *   migrated or not empty, or differs in the end: then nothing was changed
 */
export async function moveStore(file: string, place: PostgresPlace): Promise<readonly Moved[]> {
  const source = openSqliteFile(file);
  try {
    const client = await openClient(place);
    try {
      await requireSchema(client);
      const moved = await copyAll(source, client, place.schema ?? SCHEMA);
      markMoved(source);
      return moved;
    } finally {
      await client.end();
    }
  } finally {
    source.close();
  }
}

async function copyAll(source: SqliteFile, client: Client, schema: string) {
  const moved: Moved[] = [];
  await client.query('begin');
  for (const table of TABLES) {
    const { rows: found } = await client.query(`select 1 from ${table} limit 1`);
    if (found.length > 0) throw notEmpty(table);
    for (const rows of rowsOf(source, table)) {
      await client.query(
        `insert into ${table} overriding system value
         select * from json_populate_recordset(null::${table}, $1)`,
        [JSON.stringify(rows)],
      );
    }
  }
  await client.query(
    `select setval(pg_get_serial_sequence('${schema}.transitions', 'id'),
       (select coalesce(max(id), 1) from transitions))`,
  );
  for (const table of TABLES) {
    const there = sumUp([...rowsOf(source, table)]);
    const here = await sumUpSlowly(client, table);
    if (there.rows !== here.rows || there.sum !== here.sum) throw different(table, there, here);
    moved.push({ table, rows: here.rows });
  }
  await client.query('commit');
  return moved;
}

type StoredRow = Readonly<Record<string, string | number | null>>;

/** All rows of a table, as Postgres will have them: nobody holds anything. */
function* rowsOf(source: SqliteFile, table: Table): Generator<readonly StoredRow[]> {
  let after = 0;
  for (;;) {
    const last = after;
    const rows = source.use((database) =>
      database
        .prepare(`select rowid as at, * from ${table} where rowid > ? order by rowid limit ?`)
        .all([last, ROWS_AT_ONCE]),
    );
    const clean = rows.map((row) => cleaned(row));
    after = Number(clean.at(-1)?.['at'] ?? after);
    if (clean.length === 0) return;
    yield clean.map(({ at: _at, ...row }) => row);
  }
}

function cleaned(row: unknown): StoredRow {
  const entries: readonly (readonly [string, unknown])[] =
    typeof row === 'object' && row ? Object.entries(row) : [];
  return Object.fromEntries(
    entries.map(([name, value]) => {
      if (name === 'owner') return [name, null];
      if (name === 'leased_until_ms') return [name, 0];
      const isPlain = typeof value === 'string' || typeof value === 'number' || value === null;
      if (!isPlain) throw new TypeError(`a ${typeof value} in the column ${name}`);
      return [name, storable(value)];
    }),
  );
}

interface Sum {
  readonly rows: number;
  readonly sum: bigint;
}

/** Rows are told apart by what is in them, in whatever order they come. */
function sumUp(batches: readonly (readonly StoredRow[])[]): Sum {
  let rows = 0;
  let sum = 0n;
  for (const row of batches.flat()) {
    const names = Object.keys(row).toSorted();
    const text = JSON.stringify(names.map((name) => [name, row[name]]));
    sum += BigInt(`0x${createHash('sha256').update(text).digest('hex')}`);
    rows += 1;
  }
  return { rows, sum };
}

async function sumUpSlowly(client: Client, table: Table): Promise<Sum> {
  let total: Sum = { rows: 0, sum: 0n };
  await client.query(`declare compared no scroll cursor for select * from ${table}`);
  for (;;) {
    const { rows } = await client.query<StoredRow>(`fetch ${ROWS_AT_ONCE} from compared`);
    if (rows.length === 0) break;
    const part = sumUp([rows]);
    total = { rows: total.rows + part.rows, sum: total.sum + part.sum };
  }
  await client.query('close compared');
  return total;
}

function notEmpty(table: string): ConfigError {
  return new ConfigError('STORE_UNAVAILABLE', `there are ${table} in the database already`, {
    hint: 'move into an empty database: what is in both cannot be put together',
  });
}

function different(table: string, there: Sum, here: Sum): ConfigError {
  const counts = `${there.rows} in the file, ${here.rows} in the database`;
  return new ConfigError('STORE_UNAVAILABLE', `the ${table} differ after the copy: ${counts}`, {
    hint: 'nothing was changed; please report this',
  });
}
