import { PermanentError } from '../../lib/errors.ts';
import type { Secret } from '../../lib/secret.ts';

/**
 * The value of a secret; refuses what a pipeline sends for a variable that is not there.
 *
 * @throws {PermanentError} code `LOGIN_REFUSED`, before any call
 */
export function filledIn(secret: Secret, what: string): string {
  const value = secret.reveal();
  if (/^\$\([\w.-]+\)$/.test(value)) {
    throw new PermanentError('LOGIN_REFUSED', `${what} is the name of a variable: ${value}`, {
      hint: 'The pipeline has no such variable: define it, or add the variable group that holds it.',
    });
  }
  if (['', 'null', 'undefined'].includes(value.trim())) {
    throw new PermanentError('LOGIN_REFUSED', `${what} is empty`, {
      hint: 'Set it where it comes from: in a pipeline, a secret variable has to be mapped under env.',
    });
  }
  return value;
}
