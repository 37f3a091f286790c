/** Every code of ours: stable and greppable, for logs, metrics, docs and exit codes. */
export type ErrorCode =
  /** Busy, or asking us to slow down: 429, 503. */
  | 'BUSY'
  /** Never reached: no such host, connection refused. */
  | 'UNREACHABLE'
  /** Reached, and then nothing readable: a timeout, a reset, a gateway's 502. */
  | 'UNANSWERED'
  /** An answer of a shape that we do not know. */
  | 'UNREADABLE'
  /** Its certificate is not to be trusted. */
  | 'UNTRUSTED'
  /** Who we say we are is not believed: wrong secret, expired token, sign-in page. */
  | 'LOGIN_REFUSED'
  /** We are believed, and may not do it. */
  | 'NOT_PERMITTED'
  /** No such thing, or none that we may see. */
  | 'NOT_FOUND'
  /** Understood, and turned down: a parameter that the pipeline does not declare. */
  | 'REFUSED'
  /** Our own configuration is wrong. */
  | 'CONFIG_INVALID'
  /** The store cannot be opened or does not answer, or another process has its file. */
  | 'STORE_UNAVAILABLE'
  /** A newer Signalbox has written the store. */
  | 'STORE_NEWER'
  /** The store's database is of an older Signalbox, and is to be migrated first. */
  | 'STORE_OUTDATED'
  /** Somebody else works on the delivery by now. */
  | 'LEASE_LOST';

/**
 * The errors we throw on purpose. Each class says what the engine does next, because that is
 * the one thing its catcher has to know. Anything else that surfaces is a bug.
 */
export abstract class SignalboxError extends Error {
  readonly code: ErrorCode;
  /** What a person can do about it, in one sentence. */
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, { hint, cause }: Details = {}) {
    super(message, { cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = hint;
  }
}

interface Details {
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/** Nothing happened on the other side. Next: try again later. */
export class TransientError extends SignalboxError {
  /** How long the other side asked us to wait, if it did. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    details: Details & { readonly retryAfterMs?: number | undefined } = {},
  ) {
    super(code, message, details);
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** It may have happened: we asked and heard no answer. Next: look, before trying again. */
export class UncertainError extends SignalboxError {}

/** Trying again cannot help. Next: dead-letter the delivery and show the hint. */
export class PermanentError extends SignalboxError {}

/** The operator must change something. Next: refuse to start, naming the file and the path in it. */
export class ConfigError extends SignalboxError {}

/** True for login and permission: the verdict is `refused`. Any other permanent error: `failed`. */
export function isRefusal(error: unknown): error is PermanentError {
  return (
    error instanceof PermanentError &&
    (error.code === 'LOGIN_REFUSED' || error.code === 'NOT_PERMITTED')
  );
}
