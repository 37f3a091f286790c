import { PermanentError } from '../../lib/errors.ts';
import type { Secret } from '../../lib/secret.ts';

/**
 * The value of a secret; refuses what a pipeline sends for a variable that is not there.
 *
 * @throws {PermanentError} code `LOGIN_REFUSED`, before any call
 */
export function filledIn(secret: Secret, what: string): string {
  const value = secret.reveal();
  if (['', 'null', 'undefined'].includes(value.trim()) || /^\$\(.*\)$/.test(value)) {
    throw new PermanentError('LOGIN_REFUSED', `${what} is empty`, {
      hint: 'Set the secret that the configuration names: what came from there is empty.',
    });
  }
  return value;
}
