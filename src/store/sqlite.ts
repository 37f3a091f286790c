import { Kysely, SqliteDialect } from 'kysely';

import { ConfigError } from '../lib/errors.ts';
import { lookups } from './lookups.ts';
import { outstanding } from './migrate.ts';
import { type OpenDatabase, openNodeSqlite } from './node-sqlite.ts';
import { queues } from './queues.ts';
import type { Store } from './store.ts';
import type { Tables } from './tables.ts';
import { writes } from './writes.ts';

/**
 * The store in one SQLite file.
 *
 * @throws {ConfigError} the file cannot be opened, another process has it, or a newer Signalbox
 *   wrote it
 */
export function openSqlite(file: string): Store {
  const database = open(file);
  migrate(database, file);
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
  return { ...writes(db), ...queues(db), ...lookups(db), close: () => db.destroy() };
}

function open(file: string): OpenDatabase {
  try {
    return openNodeSqlite(file);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const isLocked = reason.includes('locked');
    throw new ConfigError('STORE_UNAVAILABLE', `cannot open the store ${file}: ${reason}`, {
      cause,
      hint: isLocked
        ? 'another Signalbox is running on this file: stop it, or name another with --data'
        : 'check that the folder exists and may be written',
    });
  }
}

function migrate(database: OpenDatabase, file: string): void {
  const [row] = database.prepare('pragma user_version').all([]);
  const version = typeof row === 'object' && row ? Number(Object.values(row)[0]) : 0;
  for (const { number, sql: script } of outstanding(version, file)) {
    database.exec(`begin immediate; ${script}; pragma user_version = ${number}; commit;`);
  }
}
