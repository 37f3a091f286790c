import { z } from 'zod';

import { PermanentError } from '../../lib/errors.ts';
import { Secret } from '../../lib/secret.ts';
import { claimsIn } from './jwt.ts';

/** A token that is known to be for this resource, and until when. */
export interface AccessToken {
  readonly secret: Secret;
  readonly expiresAtMs: number;
}

/**
 * The claims that say whether a token can be of use.
 * Source: MicrosoftDocs/entra-docs, identity-platform/access-token-claims-reference.md
 */
const Claims = z.object({ aud: z.string(), exp: z.number() });

/**
 * Looks at a token before anybody sends it: the seeds' pipelines were green with the token `null`.
 *
 * @throws {PermanentError} code `LOGIN_REFUSED`: empty, no JWT, for another resource, or expired
 */
export function readAccessToken(text: string, resource: string, nowMs: number): AccessToken {
  const claims = Claims.safeParse(claimsIn(text)).data;
  if (!claims) throw unusable('is empty, or no token at all', 'Is it Entra ID that answered?');
  if (claims.aud !== resource) {
    throw unusable(`is meant for ${claims.aud.slice(0, 100)}`, `It has to be for ${resource}.`);
  }
  const expiresAtMs = claims.exp * 1000;
  if (expiresAtMs <= nowMs) throw unusable('has expired', "Is this machine's clock right?");
  return { secret: new Secret(text), expiresAtMs };
}

function unusable(what: string, hint: string): PermanentError {
  return new PermanentError('LOGIN_REFUSED', `the token that Entra ID gave out ${what}`, { hint });
}
