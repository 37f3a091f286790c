import { constants, randomUUID, sign } from 'node:crypto';

import { PermanentError } from '../../lib/errors.ts';
import type { Secret } from '../../lib/secret.ts';
import type { Identity } from '../identity.ts';
import { type ClientCertificate, readClientCertificate } from './client-certificate.ts';
import { keepTokens } from './keep-tokens.ts';
import { type Application, asAssertion, requestToken, tokenEndpoint } from './request-token.ts';

interface Certificate extends Application {
  /** The certificate and its private key, as PEM in one text. */
  readonly certificate: Secret;
}

/** Entra ID takes no more; a new one is signed for each token. */
const ASSERTION_SECONDS = 600;

/**
 * A service principal that logs in with its certificate.
 *
 * @throws {ConfigError} the PEM is not a certificate with its key
 */
export function certificateIdentity(login: Certificate): Identity {
  const certificate = readClientCertificate(login.certificate);
  return keepTokens(async (resource) => {
    const proof = asAssertion(assertion(login, certificate));
    return await requestToken(login, proof, { resource });
  }, login.now);
}

/**
 * What the certificate's key signs. Source: `ClientAssertion.ts` of npm `@azure/msal-node` 7.2.1;
 * MicrosoftDocs/entra-docs, identity-platform/certificate-credentials.md
 */
function assertion(login: Application, certificate: ClientCertificate): string {
  const { key, thumbprint, validUntilMs } = certificate;
  if (validUntilMs <= login.now()) {
    const at = new Date(validUntilMs).toISOString();
    throw new PermanentError('LOGIN_REFUSED', `the certificate of the login expired at ${at}`, {
      hint: 'Make a new one, register it with the application, and configure it here.',
    });
  }
  const nowSeconds = Math.floor(login.now() / 1000);
  const signed = [
    { alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprint },
    {
      aud: tokenEndpoint(login),
      iss: login.clientId,
      sub: login.clientId,
      jti: randomUUID(),
      nbf: nowSeconds,
      exp: nowSeconds + ASSERTION_SECONDS,
    },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const signature = sign('sha256', Buffer.from(signed), {
    key,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  });
  return `${signed}.${signature.toString('base64url')}`;
}
