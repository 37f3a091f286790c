import type { Secret } from '../lib/secret.ts';

/** Who we are towards a service that takes Entra ID tokens. */
export interface Identity {
  /**
   * An access token for this resource (an application id), good for at least a minute.
   *
   * `refused` is a token that the service has just turned away: it is not given out again.
   *
   * @throws {PermanentError} code `LOGIN_REFUSED`: wrong secret, unknown application …
   * @throws {TransientError} Entra ID did not answer, or is busy
   */
  token(resource: string, signal: AbortSignal, refused?: Secret): Promise<Secret>;
}
