import { ConfigError, TransientError } from '../lib/errors.ts';

/**
 * What SQLite says when the fault is not the statement's: nothing was stored, again later.
 * Source: sqlite/sqlite src/sqlite.h.in, "Result Codes"; the low byte is the primary code
 */
const failures: Readonly<Record<number, Failure>> = {
  5: { says: 'another process has locked it', isBroken: false },
  6: { says: 'it is locked', isBroken: false },
  7: { says: 'there is no memory left', isBroken: false },
  8: { says: 'it may not be written to', isBroken: true },
  10: { says: 'the disk does not read or write', isBroken: true },
  11: { says: 'it is damaged', isBroken: true },
  13: { says: 'the disk is full', isBroken: false },
  14: { says: 'it cannot be opened', isBroken: true },
  26: { says: 'it is no database', isBroken: true },
};

interface Failure {
  readonly says: string;
  /** What the connection holds in memory may be wrong: open the file again. */
  readonly isBroken: boolean;
}

const RETRY_AFTER_MS = 5000;

/** What failed, if it is the database that did; null: the statement is at fault. */
export function sqliteFailure(
  error: unknown,
): { readonly error: TransientError; readonly isBroken: boolean } | null {
  const failure = failures[codeOf(error) & 0xff];
  if (!failure) return null;
  const { says, isBroken } = failure;
  const message = `the store does not take anything just now: ${says}`;
  const details = { cause: error, retryAfterMs: RETRY_AFTER_MS };
  return { error: new TransientError('STORE_UNAVAILABLE', message, details), isBroken };
}

const UNIQUE = 2067; // SQLITE_CONSTRAINT_UNIQUE

/** True where a statement would have made two rows of what there must be one of. */
export function isSqliteConflict(error: unknown): boolean {
  return codeOf(error) === UNIQUE;
}

function codeOf(error: unknown): number {
  const isOfSqlite = error instanceof Error && 'errcode' in error;
  return isOfSqlite && typeof error.errcode === 'number' ? error.errcode : 0;
}

/** The error for a file that cannot be opened. */
export function unavailable(file: string, cause: unknown): ConfigError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const isLocked = reason.includes('locked');
  return new ConfigError('STORE_UNAVAILABLE', `cannot open the store ${file}: ${reason}`, {
    cause,
    hint: isLocked
      ? 'another Signalbox is running on this file: stop it, or name another with --data'
      : 'check that the folder exists and may be written',
  });
}
