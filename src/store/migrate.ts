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

const FOLDER = path.join(import.meta.dirname, 'migrations');

function migrations(): readonly Migration[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.sql'))
    .toSorted()
    .map((name) => ({
      number: Number.parseInt(name, 10),
      name,
      sql: readFileSync(path.join(FOLDER, name), 'utf8'),
    }));
}

/**
 * The migrations that a database at `version` still needs.
 * @throws {ConfigError} a newer Signalbox has written it: going back would lose what it knows
 */
export function outstanding(version: number, file: string): readonly Migration[] {
  const all = migrations();
  const newest = all.at(-1)?.number ?? 0;
  if (version > newest) {
    throw new ConfigError(
      'STORE_NEWER',
      `${file} has schema version ${version}, this Signalbox knows ${newest}`,
      { hint: 'start the newer Signalbox again, or restore the backup from before the upgrade' },
    );
  }
  return all.filter(({ number }) => number > version);
}
