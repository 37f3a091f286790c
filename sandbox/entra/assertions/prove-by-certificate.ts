import type { X509Certificate } from 'node:crypto';

import { compactVerify } from 'jose';

import { AadstsError } from '../aadsts.ts';
import type { Application } from '../directory.ts';
import { type Assertion, audiencesOf, mustBeInTime } from './assertion.ts';

/** What the vendor's libraries sign with: PS256 with a SHA-256 thumbprint, or as of old. */
const ALGORITHMS = ['PS256', 'RS256'];

interface Circumstances {
  readonly tenant: string;
  readonly nowMs: number;
}

/**
 * Checks an assertion that the application has signed itself, with the key of a certificate that is
 * registered for it.
 *
 * Source: https://learn.microsoft.com/entra/identity-platform/certificate-credentials,
 * Azure/azure-sdk-for-net#29007 and AzureAD/microsoft-authentication-library-for-js#8339 (the texts)
 * @throws {AadstsError} 50027, 5002738, 700021, 700023, 700024, 700027
 */
export async function proveByCertificate(
  app: Application,
  assertion: Assertion,
  { tenant, nowMs }: Circumstances,
): Promise<void> {
  const { header, claims, token } = assertion;
  const given = thumbprintIn(assertion);
  const certificate = app.certificates.find((one) => isNamed(one, given));
  if (!certificate) throw unusable(app, given, 'The key was not found.', null);
  if (!ALGORITHMS.includes(header.alg)) {
    throw new AadstsError(
      5002738,
      `Invalid JWT token. '${header.alg}' is not a supported signature algorithm. Supported signing algorithms are: '${ALGORITHMS.join(',')}'`,
    );
  }
  const isSigned = await compactVerify(token, certificate.publicKey, {
    algorithms: ALGORITHMS,
  }).then(
    () => true,
    () => false,
  );
  if (!isSigned) {
    const reason = 'The provided signature value did not match the expected signature value.';
    throw unusable(app, given, reason, certificate);
  }
  if (nowMs >= certificate.validToDate.getTime()) {
    throw unusable(app, given, 'The key used is expired.', certificate);
  }
  if (!isSame(claims.iss, app.clientId) || !isSame(claims.sub, app.clientId)) {
    throw new AadstsError(
      700021,
      `Client assertion application identifier doesn't match 'client_id' parameter. Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .`,
    );
  }
  if (!audiencesOf(assertion).some((one) => isFor(one, tenant))) {
    throw new AadstsError(
      700023,
      'Client assertion audience claim does not match Realm issuer. Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .',
    );
  }
  mustBeInTime(assertion, nowMs);
}

/** Upper-case hex, as it is said to people. */
function thumbprintIn({ header }: Assertion): string {
  const encoded = header['x5t#S256'] ?? header.x5t;
  if (encoded === undefined) {
    throw new AadstsError(
      50027,
      'Invalid JWT token. No certificate thumbprint specified in token header.',
    );
  }
  return Buffer.from(encoded, 'base64url').toString('hex').toUpperCase();
}

function isNamed(certificate: X509Certificate, thumbprint: string): boolean {
  const { fingerprint, fingerprint256 } = certificate;
  return [fingerprint, fingerprint256].some((one) => one.replaceAll(':', '') === thumbprint);
}

/** The tenant's token endpoints, and its names as an issuer. */
function isFor(audience: string, tenant: string): boolean {
  const authority = `https://login.microsoftonline.com/${tenant}`;
  const accepted = ['/oauth2/v2.0/token', '/oauth2/token', '/v2.0', '/', ''];
  return accepted.some((path) => isSame(audience, authority + path));
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function unusable(
  { clientId }: Application,
  thumbprint: string,
  reason: string,
  certificate: X509Certificate | null,
): AadstsError {
  const found = certificate
    ? ` Found key 'Start=${american(certificate.validFromDate)}, End=${american(certificate.validToDate)}',`
    : '';
  const what = certificate
    ? 'Client assertion contains an invalid signature.'
    : 'The certificate with identifier used to sign the client assertion is not registered on application.';
  return new AadstsError(
    700027,
    `${what} [Reason - ${reason}, Thumbprint of key used by client: '${thumbprint}',${found} Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '${clientId}'. Review the documentation at https://docs.microsoft.com/en-us/graph/deployments to determine the corresponding service endpoint and https://docs.microsoft.com/en-us/graph/api/application-get?view=graph-rest-1.0&tabs=http to build a query request URL, such as 'https://graph.microsoft.com/beta/applications/${clientId}'].`,
  );
}

/** `06/29/2021 21:13:15` */
function american(date: Date): string {
  const [year = '', month = '', day = ''] = date.toISOString().slice(0, 10).split('-');
  return `${month}/${day}/${year} ${date.toISOString().slice(11, 19)}`;
}
