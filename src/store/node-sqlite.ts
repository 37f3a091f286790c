import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

import type { SqliteDatabase } from 'kysely';

import type { Row, Statement } from './statement.ts';

const STATEMENTS_KEPT = 200;
// The file is ours alone: who locks it is a person looking into it, and all else waits meanwhile.
const BUSY_TIMEOUT_MS = 200;

/** A database of node:sqlite, also in the shape that Kysely's own SQLite dialect asks for. */
export interface OpenDatabase extends SqliteDatabase {
  /** Runs a script of several statements. */
  exec(sql: string): void;
  run(statement: Statement): readonly Row[];
  /** All of it durable, or none: `work` must not wait for anything. */
  transact(work: () => void): void;
}

/**
 * Opens the file for reading and writing.
 *
 * WAL with `synchronous=FULL` makes a commit survive a power cut: with NORMAL it would not.
 *
 * @throws {Error} `database is locked`, `unable to open database file` …
 */
export function openNodeSqlite(file: string): OpenDatabase {
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    database.exec(`
      pragma journal_mode = wal;
      pragma synchronous = full;
      pragma foreign_keys = on;
    `);
  } catch (error) {
    database.close();
    throw error;
  }
  const prepare = prepared(database);
  const tagged = new WeakMap<TemplateStringsArray, StatementSync>();

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
      const statement = tagged.get(parts) ?? database.prepare(textOf(parts));
      tagged.set(parts, statement);
      return statement.all(...given);
    },
    transact(work) {
      // A writer that begins as a reader may find, too late, that another has written.
      database.exec('begin immediate');
      try {
        work();
        database.exec('commit');
      } catch (error) {
        if (database.isTransaction) database.exec('rollback');
        throw error;
      }
    },
  };
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
