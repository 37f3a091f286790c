import { Kysely, SqliteDialect } from 'kysely';

import { TransientError } from '../lib/errors.ts';
import type { SteadyClock } from '../lib/steady-clock.ts';
import type { Dialect } from './dialect.ts';
import { openGroupCommit } from './group-commit.ts';
import { lookups, type Read } from './lookups.ts';
import { isSqliteConflict } from './sqlite-failure.ts';
import { openSqliteFile, type SqliteFile } from './sqlite-file.ts';
import { play, type Row, type Script, type Statement, sql } from './statement.ts';
import { LeaseLost, type Store } from './store.ts';
import { storeMethods } from './store-methods.ts';
import type { Tables } from './tables.ts';

/**
 * The store in one SQLite file, for one process.
 *
 * @throws {ConfigError} the file cannot be opened, is damaged, another process has it, or a newer
 *   Signalbox wrote it
 */
export function openSqlite(file: string, now: Clock): Store {
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
export function sqliteStore(opened: SqliteFile, now: Clock): Store {
  const leaps = leapsOf(now);
  const group = openGroupCommit({
    commit: async (members) => {
      try {
        await opened.commit((database) => {
          const answer = (statement: Statement): readonly Row[] => database.run(statement);
          for (const member of members) play(member.play(), answer);
        });
      } catch (error) {
        leaps.takeBack();
        throw error;
      }
      leaps.keep();
    },
    isOfOne: (error) => !(error instanceof TransientError),
    inFlight: 1,
  });
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: opened.queried }) });
  return {
    ...storeMethods({
      group,
      starts: group,
      db,
      dialect: dialectOf(now, leaps),
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

/** The process's own clock; one that leaps is allowed for. */
type Clock = (() => number) | SteadyClock;

interface Leaps {
  /** Makes the leap that the machine's clock has made; gives how far it was. */
  make(): number;
  /** What was made of it is not stored: it is to be made again. */
  takeBack(): void;
  keep(): void;
}

function leapsOf(now: Clock): Leaps {
  let madeMs = 0;
  return {
    make() {
      if (!('leap' in now)) return 0;
      const ms = now.aheadMs();
      now.leap(ms);
      madeMs += ms;
      return ms;
    },
    takeBack() {
      if ('leap' in now) now.leap(-madeMs);
      madeMs = 0;
    },
    keep() {
      madeMs = 0;
    },
  };
}

/** One process, one writer: the clock is the process's own, and nobody is to be kept out. */
function dialectOf(now: Clock, leaps: Leaps): Dialect {
  return {
    *clock() {
      const ms = leaps.make();
      if (ms > 0) yield* allowFor(ms);
      return now();
    },
    *lock() {},
    // oxlint-disable-next-line require-yield -- there is nobody to be kept out
    *tryLock() {
      return true;
    },
    *hold({ id, epoch }) {
      const rows = yield sql`select id from deliveries where id = ${id} and epoch = ${epoch}`;
      if (rows.length === 0) throw new LeaseLost(id);
    },
  };
}

/**
 * Somebody has set the clock ahead: what is in somebody's hands is for as long as it would have
 * been, and a run that may have been started has as much time left to surface. Else a start that
 * is under way would count as left behind, and be made a second time.
 */
function* allowFor(ms: number): Script<void> {
  yield sql`update deliveries set leased_until_ms = leased_until_ms + ${ms}
    where owner is not null`;
  yield sql`update deliveries set due_at_ms = due_at_ms + ${ms}
    where phase in ('starting', 'uncertain')`;
}
