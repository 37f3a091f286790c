import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';

import {
  bits,
  element,
  integer,
  moment,
  objectId,
  octets,
  sequence,
  setOf,
  truth,
  utf8,
} from './der.ts';

const DAY_MS = 86_400_000;

/** Signs a certificate for each emulated host; its private key never leaves the memory. */
export interface CertificateAuthority {
  /** The public certificate, which is all that a client needs to be told. */
  readonly pem: string;
  /** What the listener shows to a client that asks for this host. */
  contextFor(host: string): SecureContext;
}

/**
 * A certificate authority of one sandbox, able to vouch for these domains and for nothing else:
 * a critical name constraint says so, and no address may be signed for either.
 *
 * Source: RFC 5280 section 4.2 (what a strict verifier, such as Python's, asks each of the two
 * kinds of certificate to carry)
 */
export function createAuthority(domains: readonly string[]): CertificateAuthority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = nameOf('Signalbox sandbox CA');
  const contexts = new Map<string, SecureContext>();

  const issue = (subject: Buffer, publicKey: KeyObject, extensions: readonly Buffer[]) =>
    certificate({ issuer: name, subject, publicKey, extensions, signer: keys.privateKey });

  const pem = issue(name, keys.publicKey, [
    basicConstraints(true),
    keyUsage('signs certificates'),
    nameConstraints(domains),
    subjectKey(keys.publicKey),
  ]);

  return {
    pem,
    contextFor(host) {
      const known = contexts.get(host);
      if (known) return known;

      const leaf = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const cert = issue(nameOf('Signalbox sandbox'), leaf.publicKey, [
        basicConstraints(false),
        keyUsage('signs handshakes'),
        serverAuthentication(),
        alternativeName(host),
        subjectKey(leaf.publicKey),
        authorityKey(keys.publicKey),
      ]);
      const key = leaf.privateKey.export({ type: 'pkcs8', format: 'pem' });
      const context = createSecureContext({ key, cert });
      contexts.set(host, context);
      return context;
    },
  };
}

interface Certificate {
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Buffer[];
  readonly signer: KeyObject;
}

function certificate({ issuer, subject, publicKey, extensions, signer }: Certificate): string {
  // TLS clients read the machine's clock, so these dates are its too, and not the sandbox's.
  const now = Date.now();
  const ecdsaWithSha256 = sequence(objectId('1.2.840.10045.4.3.2'));
  const toBeSigned = sequence(
    element(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ecdsaWithSha256,
    issuer,
    sequence(moment(now - DAY_MS), moment(now + 365 * DAY_MS)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    element(0xa3, sequence(...extensions)),
  );
  const signature = bits(sign('sha256', toBeSigned, signer));
  return toPem(sequence(toBeSigned, ecdsaWithSha256, signature));
}

function toPem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function nameOf(commonName: string): Buffer {
  return sequence(setOf(sequence(objectId('2.5.4.3'), utf8(commonName))));
}

function critical(id: string, value: Buffer): Buffer {
  return sequence(objectId(id), truth(), octets(value));
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(objectId(id), octets(value));
}

function basicConstraints(isAuthority: boolean): Buffer {
  // No certificate authority may stand between this one and a host's certificate.
  const content = isAuthority ? [truth(), integer(Buffer.from([0]))] : [];
  return critical('2.5.29.19', sequence(...content));
}

function keyUsage(use: 'signs certificates' | 'signs handshakes'): Buffer {
  const value =
    use === 'signs certificates' ? bits(Buffer.from([0x06]), 1) : bits(Buffer.from([0x80]), 7);
  return critical('2.5.29.15', value);
}

function nameConstraints(domains: readonly string[]): Buffer {
  const permitted = domains.map((domain) => sequence(dnsName(domain)));
  const everyAddress = [8, 32].map((size) => sequence(element(0x87, Buffer.alloc(size))));
  return critical(
    '2.5.29.30',
    sequence(element(0xa0, ...permitted), element(0xa1, ...everyAddress)),
  );
}

function serverAuthentication(): Buffer {
  return extension('2.5.29.37', sequence(objectId('1.3.6.1.5.5.7.3.1')));
}

function alternativeName(host: string): Buffer {
  return extension('2.5.29.17', sequence(dnsName(host)));
}

function dnsName(host: string): Buffer {
  return element(0x82, Buffer.from(host, 'ascii'));
}

function subjectKey(key: KeyObject): Buffer {
  return extension('2.5.29.14', octets(keyId(key)));
}

function authorityKey(key: KeyObject): Buffer {
  return extension('2.5.29.35', sequence(element(0x80, keyId(key))));
}

function keyId(key: KeyObject): Buffer {
  // An uncompressed point of P-256 is the last 65 bytes of its key.
  const point = key.export({ type: 'spki', format: 'der' }).subarray(-65);
  return createHash('sha1').update(point).digest();
}
