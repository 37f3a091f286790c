import { randomBytes } from 'node:crypto';

import {
  calculateJwkThumbprint,
  errors,
  exportJWK,
  generateKeyPair,
  type JWK,
  jwtVerify,
  SignJWT,
} from 'jose';

import type { HiddenValues, Tokens, Verified } from '../kit/tools.ts';
import type { Application, Directory } from './directory.ts';

/** How long a token lives. Source: https://learn.microsoft.com/entra/identity-platform/access-tokens */
export const LIFETIME_S = 3_599;

/** Entra ID dates a token back by this much, for the sake of clocks that are behind. */
const BACKDATED_S = 300;

export interface Signed {
  readonly token: string;
  readonly notBeforeS: number;
  readonly expiresAtS: number;
}

/** The tenant's signing key: what it signs, and how others check that it did. */
export interface Issuer extends Tokens {
  sign(app: Application, audience: string): Promise<Signed>;
  /** Its public half, as the tenant publishes it. */
  readonly jwk: JWK & { readonly issuer: string };
}

interface Options {
  readonly directory: Directory;
  readonly hidden: HiddenValues;
  readonly now: () => number;
}

/**
 * A fresh key, and tokens in the form that Databricks and Azure DevOps ask for: version 1.0 claims,
 * whichever endpoint hands them out.
 *
 * Source: https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
export async function openIssuer({ directory, hidden, now }: Options): Promise<Issuer> {
  const { tenant } = directory;
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const publicJwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(publicJwk);
  const issuer = `https://sts.windows.net/${tenant}/`;

  const sign = async (app: Application, audience: string): Promise<Signed> => {
    const nowS = Math.floor(now() / 1000);
    const notBeforeS = nowS - BACKDATED_S;
    const expiresAtS = nowS + LIFETIME_S;
    const token = await new SignJWT(claimsOf(app, tenant))
      .setProtectedHeader({ typ: 'JWT', alg: 'RS256', x5t: kid, kid })
      .setAudience(audience)
      .setIssuer(issuer)
      .setIssuedAt(notBeforeS)
      .setNotBefore(notBeforeS)
      .setExpirationTime(expiresAtS)
      .setSubject(app.objectId)
      .sign(privateKey);
    hidden.add(token);
    return { token, notBeforeS, expiresAtS };
  };

  return {
    jwk: {
      ...publicJwk,
      use: 'sig',
      kid,
      x5t: kid,
      issuer: `https://login.microsoftonline.com/${tenant}/v2.0`,
    },
    sign,
    async issue(clientId, audience) {
      const app = directory.find(clientId);
      if (!app) throw new Error(`there is no application ${clientId} in the sandbox's tenant`);
      return (await sign(app, audience)).token;
    },
    async verify(token, audience) {
      try {
        const { payload } = await jwtVerify(token, publicKey, {
          algorithms: ['RS256'],
          audience,
          issuer,
          currentDate: new Date(now()),
          requiredClaims: ['exp', 'appid'],
        });
        return known(payload['appid'], payload.exp ?? 0, directory);
      } catch (error) {
        return { kind: 'refused', because: reasonOf(error, audience) };
      }
    },
  };
}

function claimsOf(app: Application, tenant: string) {
  return {
    aio: randomBytes(24).toString('base64url'),
    appid: app.clientId,
    appidacr: '1',
    idp: `https://sts.windows.net/${tenant}/`,
    idtyp: 'app',
    oid: app.objectId,
    rh: `1.${randomBytes(36).toString('base64url')}.`,
    tid: tenant,
    uti: randomBytes(16).toString('base64url'),
    ver: '1.0',
  };
}

function known(appId: unknown, expiresAtS: number, directory: Directory): Verified {
  const app = typeof appId === 'string' ? directory.find(appId) : null;
  return app
    ? { kind: 'genuine', clientId: app.clientId, expiresAtMs: expiresAtS * 1000 }
    : { kind: 'refused', because: 'the application is not in the tenant' };
}

function reasonOf(error: unknown, audience: string): string {
  if (error instanceof errors.JWTExpired) return 'the token has expired';
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
