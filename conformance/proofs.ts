import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

import { bits, integer, moment, objectId, sequence, setOf, utf8 } from '../sandbox/kit/der.ts';

const DAY_MS = 86_400_000;
const HOUR_S = 3_600;

/** Whose word an application's tokens are, and for whom. */
export const FEDERATION = {
  issuer: 'https://tokens.fabrikam.com',
  subject: 'system:serviceaccount:ml:conformance',
  audience: 'api://AzureADTokenExchange',
} as const;

/** How an application may prove itself without a secret. */
export interface Proofs {
  /** PEM: the public certificate. */
  readonly certificate: string;
  /** PEM: the private key, and the certificate again, as client libraries read it. */
  readonly certificateWithKey: string;
  /** The public key of the issuer of assertions. */
  readonly jwks: { readonly keys: readonly unknown[] };
  /** A token of that issuer. */
  readonly assertion: string;
}

/** A fresh certificate and a fresh assertion. */
export function makeProofs(nowMs: number): Proofs {
  const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const certificate = selfSigned('conformance', own, nowMs);
  const issuer = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    certificate,
    certificateWithKey: own.privateKey.export({ type: 'pkcs8', format: 'pem' }) + certificate,
    jwks: {
      keys: [
        { ...issuer.publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' },
      ],
    },
    assertion: tokenOf(issuer.privateKey, Math.floor(nowMs / 1_000)),
  };
}

interface Pair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** Source: RFC 5280 section 4.1 */
function selfSigned(name: string, { publicKey, privateKey }: Pair, nowMs: number): string {
  const subject = sequence(setOf(sequence(objectId('2.5.4.3'), utf8(name))));
  // sha256WithRSAEncryption
  const algorithm = sequence(objectId('1.2.840.113549.1.1.11'), Buffer.from([0x05, 0x00]));
  const validity = sequence(moment(nowMs - DAY_MS), moment(nowMs + DAY_MS));
  const key = publicKey.export({ type: 'spki', format: 'der' });
  const serial = integer(randomBytes(8));
  const content = sequence(serial, algorithm, subject, validity, subject, key);
  const whole = sequence(content, algorithm, bits(sign('sha256', content, privateKey)));
  const lines = whole.toString('base64').replaceAll(/.{64}/gu, '$&\n').trimEnd();
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

function tokenOf(key: KeyObject, nowS: number): string {
  const { issuer, subject, audience } = FEDERATION;
  const claims = {
    iss: issuer,
    sub: subject,
    aud: audience,
    iat: nowS,
    nbf: nowS,
    exp: nowS + HOUR_S,
  };
  const signed = `${encoded({ alg: 'RS256', typ: 'JWT', kid: 'one' })}.${encoded(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
