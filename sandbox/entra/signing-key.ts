import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

import { calculateJwkThumbprint, exportJWK, type JWK, type JWTPayload, SignJWT } from 'jose';

/** An RSA key of an issuer of tokens. */
export interface SigningKey {
  sign(claims: JWTPayload): Promise<string>;
  publicKey(): Promise<KeyObject>;
  /** Its public half, as an issuer publishes it. */
  jwk(): Promise<PublishedKey>;
}

export interface PublishedKey extends JWK {
  readonly kid: string;
}

interface Keys {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  readonly published: PublishedKey;
}

/** A fresh key. It takes a moment to make, which nobody waits for who does not need it. */
export function openSigningKey(): SigningKey {
  let making: Promise<Keys> | undefined;
  const keys = () => {
    making ??= make();
    return making;
  };
  return {
    async sign(claims) {
      const { privateKey, published } = await keys();
      return new SignJWT(claims)
        .setProtectedHeader({ typ: 'JWT', alg: 'RS256', x5t: published.kid, kid: published.kid })
        .sign(privateKey);
    },
    publicKey: async () => (await keys()).publicKey,
    jwk: async () => (await keys()).published,
  };
}

async function make(): Promise<Keys> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
  });
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return { publicKey, privateKey, published: { ...jwk, use: 'sig', alg: 'RS256', kid, x5t: kid } };
}
