import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { ConfigError } from '../lib/errors.ts';

/** One script of the schema's history; immutable once released. */
export interface Migration {
  /** `1` for `001-events-and-deliveries.sql`. */
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

function migrations(database: 'sqlite' | 'postgres'): readonly Migration[] {
  const folder = path.join(import.meta.dirname, 'migrations', database);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .toSorted()
    .map((name) => ({
      number: Number.parseInt(name, 10),
      name,
      sql: readFileSync(path.join(folder, name), 'utf8'),
    }));
}

/**
 * The migrations that a database at `version` still needs; `store` names it in the error.
 * @throws {ConfigError} a newer Signalbox has written it: going back would lose what it knows
 */
export function outstanding(
  database: 'sqlite' | 'postgres',
  version: number,
  store: string,
): readonly Migration[] {
  const all = migrations(database);
  const newest = all.at(-1)?.number ?? 0;
  if (version > newest) {
    throw new ConfigError(
      'STORE_NEWER',
      `${store} has schema version ${version}, this Signalbox knows ${newest}`,
      { hint: 'start the newer Signalbox again, or restore the backup from before the upgrade' },
    );
  }
  return all.filter(({ number }) => number > version);
}
