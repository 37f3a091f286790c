import { z } from 'zod';

import { PermanentError } from '../../../lib/errors.ts';
import type { Fetch } from '../../../lib/fetch.ts';
import { Secret } from '../../../lib/secret.ts';
import { claimsIn } from '../jwt.ts';
import { azurePipelinesToken } from './azure-pipelines-token.ts';
import { githubToken } from './github-token.ts';
import { kubernetesToken, tokenInFile } from './token-in-file.ts';

/** Who vouches for us: a token of theirs stands in for a secret of ours. */
export type AssertionSource =
  /** Null: the pipeline itself, not one of its service connections. */
  | { readonly kind: 'azure-pipelines'; readonly serviceConnection: string | null }
  /** Null: the audience that the receiver asks for. */
  | { readonly kind: 'github'; readonly audience: string | null }
  | { readonly kind: 'kubernetes' }
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'variable'; readonly name: string };

/** A token of somebody else, with what it says of us. */
export interface Assertion {
  readonly secret: Secret;
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
  readonly expiresAtMs: number;
}

/** What it takes to reach a source. */
export interface AssertionReach {
  readonly fetch: Fetch;
  readonly now: () => number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Source: RFC 7519 section 4.1 */
const Claims = z.object({
  iss: z.string(),
  sub: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  exp: z.number(),
});

/**
 * A new token from the source, meant for this audience where the source asks for one.
 *
 * @throws {PermanentError} code `LOGIN_REFUSED`: the source is not there, refuses, or its token is
 * empty, no token or expired
 * @throws {TransientError} the source did not answer, or is busy
 */
export async function mintAssertion(
  source: AssertionSource,
  audience: string,
  reach: AssertionReach,
): Promise<Assertion> {
  const text = await tokenFrom(source, audience, reach);
  const claims = Claims.safeParse(claimsIn(text)).data;
  if (!claims) throw unusable('is empty, or no token at all');
  const expiresAtMs = claims.exp * 1000;
  if (expiresAtMs <= reach.now()) throw unusable('has expired');
  const audiences = typeof claims.aud === 'string' ? [claims.aud] : claims.aud;
  return {
    secret: new Secret(text),
    issuer: claims.iss,
    subject: claims.sub,
    audience: audiences.join(' '),
    expiresAtMs,
  };
}

async function tokenFrom(
  source: AssertionSource,
  audience: string,
  reach: AssertionReach,
): Promise<string> {
  switch (source.kind) {
    case 'azure-pipelines':
      return await azurePipelinesToken(source.serviceConnection, reach);
    case 'github':
      return await githubToken(source.audience ?? audience, reach);
    case 'kubernetes':
      return kubernetesToken(reach.env);
    case 'file':
      return tokenInFile(source.file);
    case 'variable':
      return reach.env[source.name]?.trim() ?? '';
  }
}

function unusable(how: string): PermanentError {
  return new PermanentError('LOGIN_REFUSED', `the federated token ${how}`, {
    hint: 'Look at where it comes from: each login needs a new one, which lasts some ten minutes.',
  });
}
