import { PermanentError, TransientError, UncertainError } from '../lib/errors.ts';
import type { Heard } from '../model/breaker.ts';
import type { Answer } from './call-limit.ts';

/** What the answer to one call says of the target as a whole; null: nothing. */
export function heardIn(
  answer: Answer<unknown>,
  { isProbe, atMs }: { readonly isProbe: boolean; readonly atMs: number },
): Heard | null {
  if (answer.kind === 'answered') return { kind: 'answered' };
  const { error } = answer;
  if (!(error instanceof Error)) return null;
  const isNoAnswer = error instanceof TransientError || error instanceof UncertainError;
  if (isNoAnswer || isOfTarget(error) || error.name === 'TimeoutError') {
    const retryAfterMs = error instanceof TransientError ? (error.retryAfterMs ?? 0) : 0;
    return { kind: 'failed', atMs, reason: error.message, retryAfterMs, isProbe };
  }
  // It refused this one request, and works; anything else is a bug of ours.
  return error instanceof PermanentError ? { kind: 'answered' } : null;
}

/** Whatever we ask for, it will be refused. */
function isOfTarget(error: Error): boolean {
  return (
    error instanceof PermanentError &&
    (error.code === 'LOGIN_REFUSED' || error.code === 'UNTRUSTED')
  );
}
