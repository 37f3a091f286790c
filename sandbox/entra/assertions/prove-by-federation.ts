import { createHash } from 'node:crypto';

import { compactVerify, importJWK, type JWK } from 'jose';

import { AadstsError } from '../aadsts.ts';
import type { Application, FederatedCredential } from '../directory.ts';
import { type Assertion, audiencesOf, mustBeInTime } from './assertion.ts';

/** Its own tokens are worth nothing here. Source: MicrosoftDocs/azure-docs#90276 */
const OWN_HOSTS =
  /^https:\/\/(?:[\w.-]+\.)?(?:login\.microsoftonline\.com|login\.windows\.net|login\.microsoft\.com|sts\.windows\.net)\//u;

const MORE = 'https://learn.microsoft.com/entra/workload-id/workload-identity-federation';
const CHECK = `Check your federated identity credential Subject, Audience and Issuer against the presented assertion. ${MORE}`;

interface Circumstances {
  readonly nowMs: number;
  /** The public keys of an issuer. */
  readonly keysOf: (issuer: string) => Promise<readonly JWK[]>;
}

/**
 * Checks an assertion that another issuer has signed, against what the application trusts: issuer,
 * subject and audience to the letter, then signature and time.
 *
 * Source: https://learn.microsoft.com/entra/workload-id/workload-identity-federation; the texts:
 * Azure/azure-workload-identity#1350 (issuer) and #1232 (key), Azure/login#379 (subject) and #515
 * (its case); that of a wrong signature is not known
 * @throws {AadstsError} 50013, 50166, 5002738, 700024, 700211, 700212, 700213, 700222, 7000272, 7002138
 */
export async function proveByFederation(
  app: Application,
  assertion: Assertion,
  { nowMs, keysOf }: Circumstances,
): Promise<void> {
  const { iss: issuer } = assertion.claims;
  if (OWN_HOSTS.test(issuer)) {
    throw new AadstsError(
      700222,
      `AAD-issued tokens may not be used for federated identity flows. ${MORE}`,
    );
  }
  mustBeTrusted(app.federatedCredentials, assertion, issuer);
  mustBeInTime(assertion, nowMs);
  const { alg, kid } = assertion.header;
  if (alg !== 'RS256') {
    throw new AadstsError(
      5002738,
      `Invalid JWT token. '${alg}' is not a supported signature algorithm. Supported signing algorithms are: 'RS256'`,
    );
  }
  const key = (await keysOf(issuer)).find((one) => one.kid === kid);
  if (!key) {
    throw new AadstsError(
      7000272,
      `The certificate with identifier ${identifier(kid)} used to sign the federated credential could not be found in the metadata of identity provider ${issuer}. Please validate that your Identity Provider's metadata exposes the key used to sign the incoming token.`,
    );
  }
  await mustBeSigned(assertion, key);
}

function mustBeTrusted(
  credentials: readonly FederatedCredential[],
  assertion: Assertion,
  issuer: string,
): void {
  const ofIssuer = credentials.filter((one) => one.issuer === issuer);
  if (ofIssuer.length === 0) throw noMatch(700211, 'issuer', issuer);

  const { sub: subject } = assertion.claims;
  const ofSubject = ofIssuer.filter((one) => one.subject === subject);
  if (ofSubject.length === 0) {
    const isCaseOnly = ofIssuer.some((one) => one.subject.toLowerCase() === subject.toLowerCase());
    throw isCaseOnly ? otherCase(subject) : noMatch(700213, 'subject', subject);
  }
  const audiences = audiencesOf(assertion);
  if (!ofSubject.some((one) => audiences.includes(one.audience))) {
    throw noMatch(700212, 'audience', audiences.join(', '));
  }
}

function noMatch(code: 700211 | 700212 | 700213, what: string, value: string): AadstsError {
  return new AadstsError(
    code,
    `No matching federated identity record found for presented assertion ${what} '${value}'. ${CHECK}`,
  );
}

function otherCase(subject: string): AadstsError {
  return new AadstsError(
    7002138,
    `No matching federated identity record found for presented assertion subject '${subject}'. The subject matches with case-insensitive comparison, but not with case-sensitive comparison. Check your federated identity credential Subject, Audience and Issuer against the presented assertion. See documentation at: ${MORE}. See breaking change notification and remediation at: https://learn.microsoft.com/en-us/entra/identity-platform/reference-breaking-changes#august-2024.`,
  );
}

async function mustBeSigned({ token }: Assertion, jwk: JWK): Promise<void> {
  try {
    await compactVerify(token, await importJWK(jwk, 'RS256'), { algorithms: ['RS256'] });
  } catch {
    throw new AadstsError(
      50013,
      `Assertion failed signature validation. [Reason - Key was found, but use of the key to verify the signature failed., Thumbprint of key used by client: '${identifier(jwk.kid)}']`,
    );
  }
}

/** A key's id in the form of a thumbprint. */
function identifier(kid: string | undefined): string {
  return createHash('sha1')
    .update(kid ?? '')
    .digest('hex')
    .toUpperCase();
}
