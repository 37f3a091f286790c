import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';

import { ConfigError } from '../../lib/errors.ts';
import type { Secret } from '../../lib/secret.ts';

/** A certificate's private key, and the name by which Entra ID finds the certificate. */
export interface ClientCertificate {
  readonly key: KeyObject;
  /** SHA-256 of the certificate, base64url: `x5t#S256`. Source: RFC 7515 section 4.1.8 */
  readonly thumbprint: string;
  readonly validUntilMs: number;
}

/**
 * Reads a PEM with a certificate and its private key.
 *
 *
 * @throws {ConfigError} one of the two is missing, unreadable, or not the other's
 */
export function readClientCertificate(pem: Secret): ClientCertificate {
  const text = pem.reveal();
  const certificate = attempt('has no certificate in it', () => new X509Certificate(text));
  const key = attempt('has no private key in it, or an encrypted one', () =>
    createPrivateKey(text),
  );
  if (key.asymmetricKeyType !== 'rsa') throw unfit('has no RSA key, which Entra ID asks for');
  if (!certificate.checkPrivateKey(key)) throw unfit('has the key of another certificate in it');
  const thumbprint = createHash('sha256').update(certificate.raw).digest('base64url');
  return { key, thumbprint, validUntilMs: certificate.validToDate.getTime() };
}

function attempt<Value>(otherwise: string, read: () => Value): Value {
  try {
    return read();
  } catch {
    // Left without its cause on purpose: OpenSSL may quote what it could not read.
    throw unfit(otherwise);
  }
}

function unfit(how: string): ConfigError {
  return new ConfigError('CONFIG_INVALID', `the PEM of the login's certificate ${how}`, {
    hint: 'Put certificate and private key into one PEM file: cat cert.pem key.pem > login.pem',
  });
}
