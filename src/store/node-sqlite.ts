import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

import type { SqliteDatabase } from 'kysely';

import { sqliteFailure } from './sqlite-failure.ts';
import { changed, type Row, type Statement, type Value } from './statement.ts';

const STATEMENTS_KEPT = 200;
/** 16 MB: pages that many commits have written are copied once. */
const PAGES_IN_LOG = 4000;
// The file is ours alone: who locks it is a person looking into it, and all else waits meanwhile.
const BUSY_TIMEOUT_MS = 200;

/** A database of node:sqlite, also in the shape that Kysely's own SQLite dialect asks for. */
export interface OpenDatabase extends SqliteDatabase {
  /** Runs a script of several statements. */
  exec(sql: string): void;
  run(statement: Statement): readonly Row[];
  /** All of it, or none: `work` must not wait for anything. It is durable once the log is synced. */
  transact(work: () => void): void;
  /** Copies what is in the log into the database, where the log has become long. */
  shortenLog(): void;
}

/**
 * Opens the file for reading and writing.
 *
 * WAL with `synchronous=normal` keeps the file whole in a power cut, but syncs no commit: whoever
 * acknowledges one has to sync the log before (`sqlite-log.ts`). Nor does a commit shorten the log
 * by itself: that would sync, and hide it when that fails.
 *
 * @throws {Error} `database is locked`, `unable to open database file` …
 */
export function openNodeSqlite(file: string): OpenDatabase {
  const database = openTuned(file);
  const prepare = prepared(database);
  const tagged = new WeakMap<TemplateStringsArray, (given: readonly Value[]) => readonly Row[]>();
  const shortenLog = logShortener(database);
  const begin = database.prepare('begin immediate');
  const commit = database.prepare('commit');

  return {
    close: () => database.close(),
    exec: (script) => database.exec(script),
    prepare(text) {
      const statement = prepare(text);
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...values(parameters)),
        run: (parameters) => statement.run(...values(parameters)),
        iterate: (parameters) => statement.iterate(...values(parameters)),
      };
    },
    run({ parts, values: given }) {
      const known = tagged.get(parts);
      if (known) return known(given);
      const answer = answerer(database.prepare(textOf(parts)));
      tagged.set(parts, answer);
      return answer(given);
    },
    shortenLog,
    transact(work) {
      // A writer that begins as a reader may find, too late, that another has written.
      begin.run();
      try {
        work();
        commit.run();
      } catch (error) {
        if (database.isTransaction) database.exec('rollback');
        throw error;
      }
    },
  };
}

function openTuned(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    database.exec(`
      pragma journal_mode = wal;
      pragma wal_autocheckpoint = ${PAGES_IN_LOG};
      pragma synchronous = normal;
      pragma foreign_keys = on;
    `);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Source: sqlite.org/pragma.html#pragma_wal_checkpoint */
function logShortener(database: DatabaseSync): () => void {
  const most = Object.values(database.prepare('pragma wal_autocheckpoint').get() ?? {})[0];
  database.exec('pragma wal_autocheckpoint = 0');
  const look = database.prepare('pragma wal_checkpoint(noop)');
  const copy = database.prepare('pragma wal_checkpoint(passive)');
  return () => {
    const state = look.get();
    if (Number(state?.['log']) - Number(state?.['checkpointed']) < Number(most)) return;
    try {
      copy.get();
    } catch (error) {
      // The log is whole, and will be copied when there is room again.
      if (sqliteFailure(error)?.isBroken !== false) throw error;
    }
  };
}

/** Asking for rows where there are none takes a third longer. */
function answerer(statement: StatementSync): (given: readonly Value[]) => readonly Row[] {
  const hasRows = statement.columns().length > 0;
  return hasRows
    ? (given) => statement.all(...given)
    : (given) => changed(Number(statement.run(...given).changes));
}

function prepared(database: DatabaseSync): (text: string) => StatementSync {
  const kept = new Map<string, StatementSync>();
  return (text) => {
    const known = kept.get(text);
    if (known) return known;
    const statement = database.prepare(text);
    kept.set(text, statement);
    const [oldest] = kept.keys();
    if (kept.size > STATEMENTS_KEPT && oldest !== undefined) kept.delete(oldest);
    return statement;
  };
}

/** SQLite has one writer at a time: there is no row that another holds. */
function textOf(parts: TemplateStringsArray): string {
  return parts.join('?').replace(/for update of \w+( skip locked)?/, '');
}

function values(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters.map((parameter) => {
    if (isValue(parameter)) return parameter;
    throw new TypeError(`a ${typeof parameter} cannot be stored`);
  });
}

function isValue(value: unknown): value is SQLInputValue {
  const kind = typeof value;
  return value === null || kind === 'string' || kind === 'number' || kind === 'bigint';
}
