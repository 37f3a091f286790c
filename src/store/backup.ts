import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs';
import path from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';

import { ConfigError } from '../lib/errors.ts';
import { ofFile, outstanding } from './migrate.ts';
import { check, schemaOf } from './sqlite-file.ts';
import { takeLock } from './sqlite-lock.ts';

const PAGES_AT_ONCE = 1000; // between them a running service writes on
const OWNER_ONLY = 0o600;

/** What is in a copy of a store. */
export interface Content {
  readonly events: number;
  readonly deliveries: number;
}

/**
 * Copies a store, also one that a service is working on, and looks whether the copy is whole.
 * @throws {ConfigError} there is no store, there is such a file already, or the copy is damaged
 */
export async function backUp(file: string, to: string): Promise<Content> {
  if (!existsSync(file)) throw notThere(file);
  if (existsSync(to)) {
    const hint = 'name another file: a backup overwrites nothing';
    throw new ConfigError('STORE_UNAVAILABLE', `${to} is there already`, { hint });
  }
  const unfinished = `${to}.unfinished`;
  rmSync(unfinished, { force: true });
  const source = new DatabaseSync(file);
  try {
    await backup(source, unfinished, { rate: PAGES_AT_ONCE });
  } catch (cause) {
    rmSync(unfinished, { force: true });
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError('STORE_UNAVAILABLE', `${to} cannot be written: ${reason}`, { cause });
  } finally {
    source.close();
  }
  chmodSync(unfinished, OWNER_ONLY);
  const content = contentOf(unfinished);
  makeDurable(unfinished);
  renameSync(unfinished, to);
  makeDurable(path.dirname(path.resolve(to)));
  return content;
}

/**
 * Puts a backup in the place of a store that no service is working on; resolves to what is in it,
 * and to where the store that was there has been put.
 *
 * @throws {ConfigError} a service is working on the store, or the backup is damaged or of a newer
 *   Signalbox: then nothing was changed
 */
export function restore(
  file: string,
  from: string,
): { readonly content: Content; readonly kept: string | null } {
  if (!existsSync(from)) throw notThere(from);
  const lock = takeLock(file);
  try {
    const coming = `${file}.coming`;
    copyFileSync(from, coming);
    chmodSync(coming, OWNER_ONLY);
    const content = contentOf(coming);
    makeDurable(coming);
    const kept = putAside(file);
    renameSync(coming, file);
    makeDurable(path.dirname(path.resolve(file)));
    return { content, kept };
  } finally {
    lock.close();
  }
}

/** The file and its log belong together: neither is worth anything alone. */
function putAside(file: string): string | null {
  if (!existsSync(file)) return null;
  const kept = `${file}.before-${new Date().toISOString().replaceAll(':', '-')}`;
  for (const end of ['-wal', '-shm', '']) {
    if (existsSync(`${file}${end}`)) renameSync(`${file}${end}`, `${kept}${end}`);
  }
  return kept;
}

/** @throws {ConfigError} it is damaged, no store of ours, or one of a newer Signalbox */
function contentOf(file: string): Content {
  const database = new DatabaseSync(file);
  try {
    const readable = { prepare: (text: string) => preparedAll(database, text) };
    check(readable, file);
    const version = schemaOf(readable);
    outstanding('sqlite', ofFile(version), file);
    if (version === 0) throw noStore(file);
    return { events: countOf(database, 'events'), deliveries: countOf(database, 'deliveries') };
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    throw noStore(file, cause);
  } finally {
    database.close();
  }
}

function preparedAll(database: DatabaseSync, text: string) {
  return { all: () => database.prepare(text).all() };
}

function countOf(database: DatabaseSync, table: 'events' | 'deliveries'): number {
  return Number(database.prepare(`select count(*) as count from ${table}`).get()?.['count']);
}

function makeDurable(fileOrFolder: string): void {
  const handle = openSync(fileOrFolder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function notThere(file: string): ConfigError {
  return new ConfigError('STORE_UNAVAILABLE', `there is no store ${file}`, {
    hint: 'name the folder with --data',
  });
}

function noStore(file: string, cause?: unknown): ConfigError {
  return new ConfigError('STORE_UNAVAILABLE', `${file} is no store of Signalbox`, { cause });
}
