import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';

import type { SqliteDatabase } from 'kysely';

import { ConfigError, TransientError } from '../lib/errors.ts';
import { ofFile, outstanding } from './migrate.ts';
import { type OpenDatabase, openNodeSqlite } from './node-sqlite.ts';
import { sqliteFailure, unavailable } from './sqlite-failure.ts';
import { takeLock } from './sqlite-lock.ts';
import { openSqliteLog, type SqliteLog } from './sqlite-log.ts';

/** A store's file that is ours alone, and is opened again after the disk has failed. */
export interface SqliteFile {
  /**
   * Does something with the database.
   * @throws {TransientError} the disk is full, the file locked …: again later
   */
  use<Result>(work: (database: OpenDatabase) => Result): Result;
  /**
   * Makes one transaction of what `work` does, and resolves when it is durable. One at a time: the
   * next may begin only when this is settled.
   * @throws {TransientError} as above: then nothing of it may be acknowledged
   */
  commit(work: (database: OpenDatabase) => void): Promise<void>;
  /** For Kysely. */
  readonly queried: SqliteDatabase;
  close(): void;
}

/**
 * Takes the file for this process, and brings its schema up to date.
 *
 * @throws {ConfigError} it cannot be opened, is damaged, another process has it, or a newer
 *   Signalbox wrote it
 */
export function openSqliteFile(file: string): SqliteFile {
  const lock = takeLock(file);
  let database: OpenDatabase | null = openOr(file, () => lock.close());
  let log: SqliteLog | null = null;

  function use<Result>(work: (database: OpenDatabase) => Result): Result {
    try {
      database ??= reopened(file);
      return work(database);
    } catch (cause) {
      const failure = sqliteFailure(cause);
      if (failure?.isBroken === true) drop();
      throw failure?.error ?? cause;
    }
  }

  /**
   * What was synced before cannot be lost by a checkpoint that fails, nor by this sync: so neither
   * comes between a commit and its sync, and after a failure everything is written again.
   */
  async function commit(work: (database: OpenDatabase) => void): Promise<void> {
    const synced = use((opened) => {
      opened.shortenLog();
      opened.transact(() => work(opened));
      log ??= openSqliteLog(file);
      return log.sync();
    });
    try {
      await synced;
    } catch (cause) {
      drop();
      throw notSynced(cause);
    }
  }

  function drop(): void {
    const broken = database;
    database = null;
    log?.close();
    log = null;
    if (broken) giveUp(broken);
  }

  return {
    use,
    commit,
    queried: { close: () => undefined, prepare: (text) => prepareWithin(use, text) },
    close() {
      drop();
      lock.close();
    },
  };
}

function openOr(file: string, onFailure: () => void): OpenDatabase {
  try {
    return openChecked(file);
  } catch (error) {
    onFailure();
    throw error;
  }
}

function giveUp(broken: OpenDatabase): void {
  try {
    broken.close();
  } catch {
    // It is given up anyway.
  }
}

/** What Kysely runs by itself fails like everything else. */
function prepareWithin(
  use: SqliteFile['use'],
  text: string,
): ReturnType<SqliteDatabase['prepare']> {
  return use((database) => {
    const statement = database.prepare(text);
    return {
      reader: statement.reader,
      all: (parameters) => use(() => statement.all(parameters)),
      run: (parameters) => use(() => statement.run(parameters)),
      iterate: (parameters) => statement.iterate(parameters),
    };
  });
}

/**
 * Opens the file again after the disk, or the process, has failed.
 *
 * What a failed sync was to write may be gone from the disk while the page cache still shows it, and
 * no later sync brings it there. The log is therefore written once more before it is believed; the
 * database needs none of that, because what was copied there without a sync is still in the log.
 * Source: lwn.net/Articles/752063, "PostgreSQL's fsync() surprise"
 */
function reopen(file: string): OpenDatabase {
  const log = `${file}-wal`;
  if (existsSync(log)) writeAgain(log);
  const database = openNodeSqlite(file);
  try {
    syncFolder(file);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Makes the names of the database and its log durable: SQLite tries once, and does not mind if it
 * fails. Windows has no such call, and its file system needs none.
 * Source: sqlite/sqlite src/os_unix.c, `unixSync`: the result of the directory's sync is not looked at
 */
function syncFolder(file: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(path.dirname(file), 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function isOfFileSystem(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

function notSynced(cause: unknown): TransientError {
  const message = 'the store does not take anything just now: the disk does not write';
  return new TransientError('STORE_UNAVAILABLE', message, { cause });
}

/** @throws {TransientError} the disk still fails */
function reopened(file: string): OpenDatabase {
  try {
    return reopen(file);
  } catch (cause) {
    if (!isOfFileSystem(cause)) throw cause;
    const message = 'the store does not take anything just now: the disk does not read or write';
    throw new TransientError('STORE_UNAVAILABLE', message, { cause });
  }
}

function writeAgain(file: string): void {
  const content = readFileSync(file);
  const fd = openSync(file, 'r+');
  try {
    for (let at = 0; at < content.length; ) at += writeSync(fd, content, at, undefined, at);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function openChecked(file: string): OpenDatabase {
  // One that was closed leaves no such file, or an empty one.
  const log = `${file}-wal`;
  const isUnclean = existsSync(log) && statSync(log).size > 0;
  let database: OpenDatabase;
  try {
    database = isUnclean ? reopen(file) : openNodeSqlite(file);
  } catch (cause) {
    throw unavailable(file, cause);
  }
  try {
    if (isUnclean) check(database, file);
    refuseMoved(database, file);
    migrate(database, file);
    syncFolder(file);
    return database;
  } catch (error) {
    database.close();
    const isOfDisk = sqliteFailure(error) !== null || isOfFileSystem(error);
    throw isOfDisk ? unavailable(file, error) : error;
  }
}

interface Readable {
  prepare(text: string): { all(parameters: readonly unknown[]): unknown[] };
}

/** @throws {ConfigError} the file is damaged */
export function check(database: Readable, file: string): void {
  const [found] = database.prepare('pragma quick_check(1)').all([]);
  const said = firstOf(found);
  if (said === 'ok') return;
  throw new ConfigError('STORE_UNAVAILABLE', `the store ${file} is damaged: ${String(said)}`, {
    hint: 'put back the last backup with "signalbox store restore FILE"',
  });
}

function migrate(database: OpenDatabase, file: string): void {
  for (const { number, sql: script } of outstanding('sqlite', ofFile(schemaOf(database)), file)) {
    database.exec(`begin immediate; ${script}; pragma user_version = ${number}; commit;`);
  }
}

const MOVED = 0x4d4f5645;

/** Marks a store whose rows are in another database now: two that go on would start twice. */
export function markMoved(file: SqliteFile): void {
  file.use((database) => database.exec(`pragma application_id = ${MOVED}`));
}

function refuseMoved(database: OpenDatabase, file: string): void {
  if (firstOf(database.prepare('pragma application_id').all([])[0]) !== MOVED) return;
  throw new ConfigError('STORE_UNAVAILABLE', `the store ${file} has been moved to Postgres`, {
    hint: 'set store.postgres in the configuration; or name another folder with --data',
  });
}

/** The number of the last migration that the file has seen. */
export function schemaOf(database: Readable): number {
  return Number(firstOf(database.prepare('pragma user_version').all([])[0]) ?? 0);
}

function firstOf(row: unknown): unknown {
  return typeof row === 'object' && row ? Object.values(row)[0] : undefined;
}
