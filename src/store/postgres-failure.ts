import { SignalboxError, TransientError } from '../lib/errors.ts';

/**
 * Classes of SQLSTATE that say that the server, and not the statement, is at fault: connection
 * exception, transaction rollback, insufficient resources, operator intervention, system error;
 * and a lock that was not to be had, a transaction that was cut off, a server that only reads.
 * Source: postgres/postgres src/backend/utils/errcodes.txt
 */
const FAILURES = /^(08|40|53|57|58|55P03|25P03|25006)/;
const SQLSTATE = /^[0-9A-Z]{5}$/;
const UNIQUE_VIOLATION = '23505';
const RETRY_AFTER_MS = 5000;

/** The error to go on with: one of the database's own becomes "again later". */
export function postgresFailure(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof SignalboxError) return error;
  const code = codeOf(error);
  // What breaks a connection has no SQLSTATE, and a plain Error of the driver or of Node around it.
  const isPlain = error.name === 'Error' || error.name === 'AggregateError';
  const isFailure = SQLSTATE.test(code) ? FAILURES.test(code) : isPlain;
  if (!isFailure) return error;
  const message = `the store does not take anything just now: ${error.message || code}`;
  const details = { cause: error, retryAfterMs: RETRY_AFTER_MS };
  return new TransientError('STORE_UNAVAILABLE', message, details);
}

/** True where a statement would have made two rows of what there must be one of. */
export function isPostgresConflict(error: unknown): boolean {
  return codeOf(error) === UNIQUE_VIOLATION;
}

/** True where a statement failed only because one before it in the same transaction did. */
export function isConsequence(error: unknown): boolean {
  return ['25P02', '26000'].includes(codeOf(error));
}

/** True where two transactions were in each other's way: each by itself may go through. */
export function isCollision(error: unknown): boolean {
  const cause = error instanceof TransientError ? error.cause : error;
  return ['40P01', '40001'].includes(codeOf(cause));
}

function codeOf(error: unknown): string {
  const hasCode = error instanceof Error && 'code' in error && typeof error.code === 'string';
  return hasCode ? String(error.code) : '';
}
