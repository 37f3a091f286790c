import type { Secret } from '../lib/secret.ts';

/** Who we are towards a service that takes Entra ID tokens. */
export interface Identity {
  /**
   * An access token for this resource (an application id), good for at least a minute.
   *
   * @throws {PermanentError} code `LOGIN_REFUSED`: wrong secret, unknown application …
   * @throws {TransientError} Entra ID did not answer, or is busy
   */
  token(resource: string, signal: AbortSignal): Promise<Secret>;
}
