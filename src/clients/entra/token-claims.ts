import { z } from 'zod';

import type { Secret } from '../../lib/secret.ts';
import { claimsIn } from './jwt.ts';

/** What a token says of itself, for a person to read. */
export interface TokenClaims {
  /** The application's id, or a person's name. */
  readonly principal: string | null;
  readonly objectId: string | null;
  readonly tenant: string | null;
  readonly audience: string | null;
  readonly expiresAtMs: number | null;
}

/** Source: MicrosoftDocs/entra-docs, identity-platform/access-token-claims-reference.md */
const Claims = z.object({
  aud: z.union([z.string(), z.array(z.string()).transform((all) => all.join(' '))]).optional(),
  exp: z.number().optional(),
  tid: z.string().optional(),
  oid: z.string().optional(),
  upn: z.string().optional(),
  appid: z.string().optional(),
  azp: z.string().optional(),
  sub: z.string().optional(),
});

/** Reads a token's claims; null for each that it does not make, and all of a token that is no JWT. */
export function readTokenClaims(token: Secret): TokenClaims {
  const claims = Claims.safeParse(claimsIn(token.reveal())).data ?? {};
  const { aud, exp, tid, oid, sub } = claims;
  return {
    principal: claims.upn ?? claims.appid ?? claims.azp ?? sub ?? null,
    objectId: oid ?? null,
    tenant: tid ?? null,
    audience: aud ?? null,
    expiresAtMs: exp === undefined ? null : exp * 1000,
  };
}
