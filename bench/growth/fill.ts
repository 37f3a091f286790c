import { DatabaseSync } from 'node:sqlite';

import { Client } from 'pg';

import { type Counting, DELIVERIES_OF_EVENT, type History, historyStatements } from './history.ts';

const PART = 250_000;

/** Gives a migrated file that past, without a sync: what breaks is made again. */
export function fillSqlite(file: string, history: History): void {
  const database = new DatabaseSync(file);
  database.exec(`pragma journal_mode = off; pragma synchronous = off; pragma foreign_keys = off;
    pragma cache_size = -400000`);
  for (const part of partsOf(history)) {
    const statements = historyStatements(history, { ...part, series: counted });
    database.exec(`begin; ${statements.join('; ')}; commit`);
  }
  database.exec('pragma journal_mode = wal');
  database.close();
}

/** Gives a migrated schema that past. */
export async function fillPostgres(
  { url, schema }: { readonly url: string; readonly schema: string },
  history: History,
): Promise<void> {
  const client = new Client({ connectionString: url, options: `-c search_path=${schema}` });
  await client.connect();
  try {
    // No trigger looks up each reference: they are right.
    await client.query('set synchronous_commit = off; set session_replication_role = replica');
    for (const part of partsOf(history)) {
      for (const statement of historyStatements(history, { ...part, series: generated })) {
        await client.query(statement);
      }
    }
    // As long after: else the clean-up after the filling would be measured.
    await client.query('vacuum (freeze, analyze)');
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
}

function partsOf({ deliveries }: History): readonly Pick<Counting, 'from' | 'to'>[] {
  const events = deliveries / DELIVERIES_OF_EVENT;
  const count = Math.ceil(events / PART);
  return Array.from({ length: count }, (_, number) => ({
    from: number * PART + 1,
    to: Math.min((number + 1) * PART, events),
  }));
}

function counted(from: number, to: number): string {
  return `(with recursive n (i) as (select ${from} union all select i + 1 from n where i < ${to})
    select i from n) as n`;
}

function generated(from: number, to: number): string {
  return `generate_series(${from}, ${to}) as n (i)`;
}
