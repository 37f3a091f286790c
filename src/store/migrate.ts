import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { ConfigError } from '../lib/errors.ts';

/** One script of the schema's history; immutable once released. */
export interface Migration {
  /** `1` for `001-events-and-deliveries.sql`. */
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  /** The oldest schema whose code still works with the database after it. */
  readonly oldest: number;
}

/** What a database says of itself. */
export interface Schema {
  readonly version: number;
  /** The oldest code, by the schema that it knows, that may work with it. */
  readonly oldest: number;
}

function migrations(database: 'sqlite' | 'postgres'): readonly Migration[] {
  const folder = path.join(import.meta.dirname, 'migrations', database);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .toSorted()
    .map((name) => {
      const number = Number.parseInt(name, 10);
      const script = readFileSync(path.join(folder, name), 'utf8');
      return { number, name, sql: script, oldest: oldestFor(number, script) };
    });
}

const WORKS_WITH = /^-- Works with the code of schema (?<oldest>\d+) and later\.$/m;

/** As its first lines say; where they say nothing, no older code works with what it makes. */
export function oldestFor(number: number, script: string): number {
  return Number(WORKS_WITH.exec(script)?.groups?.['oldest'] ?? number);
}

/** The schema of a file: one process works on it, so nothing older ever works beside it. */
export function ofFile(version: number): Schema {
  return { version, oldest: version };
}

/**
 * The migrations that a database still needs; `store` names it in the error. None where a newer
 * Signalbox has only added to it: in a rolling upgrade the older one works beside it.
 *
 * @throws {ConfigError} a newer Signalbox has changed it: going back would lose what it knows
 */
export function outstanding(
  database: 'sqlite' | 'postgres',
  { version, oldest }: Schema,
  store: string,
): readonly Migration[] {
  const all = migrations(database);
  const newest = all.at(-1)?.number ?? 0;
  if (version > newest && oldest > newest) {
    throw new ConfigError(
      'STORE_NEWER',
      `${store} has schema version ${version}, this Signalbox knows ${newest}`,
      { hint: 'start the newer Signalbox again, or restore the backup from before the upgrade' },
    );
  }
  return all.filter(({ number }) => number > version);
}
