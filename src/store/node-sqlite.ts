import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

import type { SqliteDatabase } from 'kysely';

const STATEMENTS_KEPT = 200;
const BUSY_TIMEOUT_MS = 2000;

/** A database of node:sqlite in the shape that Kysely's own SQLite dialect asks for. */
export interface OpenDatabase extends SqliteDatabase {
  /** Runs a script of several statements. */
  exec(sql: string): void;
}

/**
 * Opens the file for this process alone.
 *
 * WAL with `synchronous=FULL` makes a commit survive a power cut: with NORMAL it would not. The
 * exclusive lock keeps a second process off the file, and goes with the process however it dies.
 *
 * @throws {Error} `database is locked`: another process has it
 */
export function openNodeSqlite(file: string): OpenDatabase {
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  database.exec(`
    pragma locking_mode = exclusive;
    pragma journal_mode = wal;
    pragma synchronous = full;
    pragma foreign_keys = on;
  `);
  const prepared = new Map<string, StatementSync>();

  function prepare(text: string): StatementSync {
    const kept = prepared.get(text);
    if (kept) return kept;
    const statement = database.prepare(text);
    prepared.set(text, statement);
    const [oldest] = prepared.keys();
    if (prepared.size > STATEMENTS_KEPT && oldest !== undefined) prepared.delete(oldest);
    return statement;
  }

  return {
    close: () => database.close(),
    exec: (script) => database.exec(script),
    prepare(text) {
      // A writer that begins as a reader may find, too late, that another has written.
      const statement = prepare(text === 'begin' ? 'begin immediate' : text);
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...values(parameters)),
        run: (parameters) => statement.run(...values(parameters)),
        iterate: (parameters) => statement.iterate(...values(parameters)),
      };
    },
  };
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
