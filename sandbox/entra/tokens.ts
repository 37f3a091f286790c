import { randomBytes } from 'node:crypto';

import { errors, jwtVerify } from 'jose';

import type { Tokens, Verified } from '../kit/tools.ts';
import type { Application, Directory } from './directory.ts';
import { openSigningKey, type PublishedKey } from './signing-key.ts';

/** How long a token lives. Source: https://learn.microsoft.com/entra/identity-platform/access-tokens */
export const LIFETIME_S = 3_599;

/** Entra ID dates a token back by this much, for the sake of clocks that are behind. */
const BACKDATED_S = 300;

const MOST_SEEN = 1000;

const EXPIRED = 'the token has expired';

/** How an application has shown who it is. */
export type Proof = 'secret' | 'assertion' | 'managed identity';

export interface Signed {
  readonly token: string;
  readonly notBeforeS: number;
  readonly expiresAtS: number;
}

/** The tenant's signing key: what it signs, and how others check that it did. */
export interface Issuer extends Tokens {
  sign(app: Application, audience: string, proof: Proof): Promise<Signed>;
  /** From now on every token is taken for one that has run out. */
  readonly expireAll: () => void;
  /** Its public half, as the tenant publishes it. */
  readonly jwk: () => Promise<PublishedKey & { readonly issuer: string }>;
}

interface Options {
  readonly directory: Directory;
  readonly now: () => number;
}

/**
 * A fresh key, and tokens in the form that Databricks and Azure DevOps ask for: version 1.0 claims,
 * whichever endpoint hands them out.
 *
 * Source: https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
export function openIssuer({ directory, now }: Options): Issuer {
  const { tenant } = directory;
  const key = openSigningKey();
  const issuer = `https://sts.windows.net/${tenant}/`;
  /** Tokens by their `uti`, with when they run out. */
  const live = new Map<string, number>();
  /** Those whose signature was seen to match: it does so for ever, and to see it takes a while. */
  const seen = new Map<string, { readonly uti: string; readonly verified: Verified }>();

  const sign = async (app: Application, audience: string, proof: Proof): Promise<Signed> => {
    // The first of all takes a moment to make, which is no part of a token's life.
    await key.jwk();
    const nowS = Math.floor(now() / 1000);
    const notBeforeS = nowS - BACKDATED_S;
    const expiresAtS = nowS + LIFETIME_S;
    const uti = randomBytes(16).toString('base64url');
    const token = await key.sign({
      ...claimsOf(app, { tenant, proof }),
      uti,
      aud: audience,
      iss: issuer,
      iat: notBeforeS,
      nbf: notBeforeS,
      exp: expiresAtS,
      sub: app.objectId,
    });
    forget(live, nowS);
    live.set(uti, expiresAtS);
    return { token, notBeforeS, expiresAtS };
  };

  return {
    jwk: async () => {
      const { alg: _, ...jwk } = await key.jwk();
      return { ...jwk, issuer: `https://login.microsoftonline.com/${tenant}/v2.0` };
    },
    sign,
    expireAll: () => live.clear(),
    async issue(clientId, audience) {
      const app = directory.find(clientId);
      if (!app) throw new Error(`there is no application ${clientId} in the sandbox's tenant`);
      return (await sign(app, audience, 'assertion')).token;
    },
    async verify(token, audience) {
      const name = `${audience} ${token}`;
      const known = seen.get(name);
      if (known && isGood(known.verified, now()) && live.has(known.uti)) return known.verified;
      try {
        const { payload } = await jwtVerify(token, await key.publicKey(), {
          algorithms: ['RS256'],
          audience,
          issuer,
          currentDate: new Date(now()),
          requiredClaims: ['exp', 'appid'],
        });
        const uti = String(payload['uti']);
        if (!live.has(uti)) return { kind: 'refused', because: EXPIRED };
        const verified = ownerOf(payload['appid'], payload.exp ?? 0, directory);
        if (seen.size >= MOST_SEEN) seen.clear();
        seen.set(name, { uti, verified });
        return verified;
      } catch (error) {
        return { kind: 'refused', because: reasonOf(error, audience) };
      }
    },
  };
}

/** Tokens that have run out by themselves need not be remembered. */
function forget(live: Map<string, number>, nowS: number): void {
  for (const [uti, expiresAtS] of live) {
    if (expiresAtS > nowS) return;
    live.delete(uti);
  }
}

function claimsOf(app: Application, { tenant, proof }: { tenant: string; proof: Proof }) {
  return {
    aio: randomBytes(24).toString('base64url'),
    appid: app.clientId,
    // 0: nothing proved it; 1: a secret; 2: a certificate, as which all assertions count.
    appidacr: proof === 'secret' ? '1' : '2',
    idp: `https://sts.windows.net/${tenant}/`,
    idtyp: 'app',
    oid: app.objectId,
    rh: `1.${randomBytes(36).toString('base64url')}.`,
    tid: tenant,
    ver: '1.0',
  };
}

function isGood(verified: Verified, nowMs: number): boolean {
  return verified.kind === 'genuine' && nowMs < verified.expiresAtMs;
}

function ownerOf(appId: unknown, expiresAtS: number, directory: Directory): Verified {
  const app = typeof appId === 'string' ? directory.find(appId) : null;
  return app
    ? { kind: 'genuine', clientId: app.clientId, expiresAtMs: expiresAtS * 1000 }
    : { kind: 'refused', because: 'the application is not in the tenant' };
}

function reasonOf(error: unknown, audience: string): string {
  if (error instanceof errors.JWTExpired) return EXPIRED;
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'aud') {
      return `the token is for ${String(error.payload.aud)}, and not for ${audience}`;
    }
    if (error.claim === 'iss') return `the token is from ${String(error.payload.iss)}`;
    if (error.claim === 'nbf') return 'the token is not valid yet';
    return `the token has a wrong ${error.claim}`;
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'the signature does not match';
  return 'it is no token of this tenant';
}
