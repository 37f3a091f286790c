import { Kysely, SqliteDialect } from 'kysely';

import { TransientError } from '../lib/errors.ts';
import type { Dialect } from './dialect.ts';
import { openGroupCommit } from './group-commit.ts';
import { lookups, type Read } from './lookups.ts';
import { isSqliteConflict } from './sqlite-failure.ts';
import { openSqliteFile, type SqliteFile } from './sqlite-file.ts';
import { play, type Row, type Statement, sql } from './statement.ts';
import { LeaseLost, type Store } from './store.ts';
import { storeMethods } from './store-methods.ts';
import type { Tables } from './tables.ts';

/**
 * The store in one SQLite file, for one process.
 *
 * @throws {ConfigError} the file cannot be opened, is damaged, another process has it, or a newer
 *   Signalbox wrote it
 */
export function openSqlite(file: string, now: () => number): Store {
  const opened = openSqliteFile(file);
  // The file is ours alone: whoever held something is no more.
  opened.use((database) =>
    database.run(
      sql`update deliveries set owner = null, leased_until_ms = 0 where owner is not null`,
    ),
  );
  return sqliteStore(opened, now);
}

/** The store in a database that is open already, and that nobody else writes to. */
export function sqliteStore(opened: SqliteFile, now: () => number): Store {
  const group = openGroupCommit({
    commit: (members) =>
      opened.commit((database) => {
        const answer = (statement: Statement): readonly Row[] => database.run(statement);
        for (const member of members) play(member.play(), answer);
      }),
    isOfOne: (error) => !(error instanceof TransientError),
    inFlight: 1,
  });
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: opened.queried }) });
  return {
    ...storeMethods({
      group,
      starts: group,
      db,
      dialect: dialectOf(now),
      isConflict: isSqliteConflict,
      read,
    }),
    ...lookups(db, read),
    now,
    onHint: () => () => undefined,
    async close() {
      await group.drained();
      await db.destroy();
      opened.close();
    },
  };
}

/** What fails is named where the file is used. */
const read: Read = (asked) => asked;

/** One process, one writer: the clock is the process's own, and nobody is to be kept out. */
function dialectOf(now: () => number): Dialect {
  return {
    // oxlint-disable-next-line require-yield -- others have to ask
    *clock() {
      return now();
    },
    *lock() {},
    *hold({ id, epoch }) {
      const rows = yield sql`select id from deliveries where id = ${id} and epoch = ${epoch}`;
      if (rows.length === 0) throw new LeaseLost(id);
    },
  };
}
