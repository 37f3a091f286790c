import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash, createPrivateKey, randomUUID, X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { decodeJwt, type JWTHeaderParameters, SignJWT } from 'jose';
import { z } from 'zod';

import { CLIENT, OTHER, openForTest, TENANT, type TestEntra } from '../open-for-test.ts';

const run = promisify(execFile);
const TOKEN_ENDPOINT = `https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/token`;

let folder: string;
let registered: Pair;
let other: Pair;
let entra: TestEntra;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'certificates-'));
  [registered, other] = await Promise.all([makePair('registered'), makePair('other')]);
  entra = await openForTest({
    apps: [{ client_id: CLIENT, name: 'sp-mlops', certificates: [registered.pem] }],
  });
});

after(async () => {
  await entra[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

test('an application logs in with a certificate, by either thumbprint', async () => {
  for (const header of [sha256(registered), sha1(registered)]) {
    const response = await entra.logIn(await assertion({ header }));

    const { access_token: token } = Answer.parse(await response.json());
    assert.partialDeepStrictEqual(decodeJwt(token), { appid: CLIENT, appidacr: '2' });
  }
});

test('version 1 takes a certificate too', async () => {
  const { response } = await entra.entra.service.handle(
    new Request(`https://login.microsoftonline.com/${TENANT}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: CLIENT,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await assertion({
          audience: `https://login.microsoftonline.com/${TENANT}/oauth2/token`,
        }),
        resource: '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d',
      }),
    }),
  );
  assert.equal(response.status, 200);
});

test('a certificate that is not registered is refused with its thumbprint', async () => {
  const said = await entra.refused(await assertion({ header: sha256(other), pair: other }), 700027);

  assert.match(said, /The key was not found/);
  const hex = new X509Certificate(other.pem).fingerprint256.replaceAll(':', '');
  assert.match(said, new RegExp(`used by client: '${hex}'`));
  assert.match(said, new RegExp(`configured keys for app Id '${CLIENT}'`));
});

test('a signature by another key than the one named is refused', async () => {
  const said = await entra.refused(await assertion({ pair: other }), 700027);

  assert.match(said, /did not match the expected signature value.*Found key 'Start=/);
});

test('each claim of an assertion is looked at', async () => {
  const cases = [
    [{ subject: OTHER }, 700021],
    [{ issuer: OTHER }, 700021],
    [{ audience: 'https://login.microsoftonline.com/common/oauth2/v2.0/token' }, 700023],
    [{ lifetimeS: -301 }, 700024],
    [{ startsInS: 400 }, 700024],
    [{ header: { alg: 'PS256' } }, 50027],
    [{ header: { ...sha256(registered), alg: 'PS384' } }, 5002738],
  ] as const;

  for (const [change, code] of cases) await entra.refused(await assertion(change), code);
  assert.equal((await entra.logIn(await assertion({ lifetimeS: -200 }))).status, 200);
  await entra.refused('nonsense', 50027);
});

test('a certificate that is over is refused, by the clock of the sandbox', async () => {
  await using later = await openForTest({
    apps: [{ client_id: CLIENT, name: 'sp-mlops', certificates: [registered.pem] }],
  });
  const twoDaysMs = 2 * 86_400_000;
  later.network.tools.clock.advance(twoDaysMs);

  const said = await later.refused(await assertion({ lifetimeS: 600 + twoDaysMs / 1000 }), 700027);
  assert.match(said, /The key used is expired/);
});

test('what is no certificate is refused in the configuration', async () => {
  await assert.rejects(
    openForTest({ apps: [{ client_id: CLIENT, name: 'a', certificates: ['nonsense'] }] }),
    /must be a certificate in PEM/,
  );
});

interface Pair {
  readonly pem: string;
  readonly key: ReturnType<typeof createPrivateKey>;
}

interface Change {
  readonly header?: JWTHeaderParameters;
  readonly pair?: Pair;
  readonly audience?: string;
  readonly issuer?: string;
  readonly subject?: string;
  readonly lifetimeS?: number;
  readonly startsInS?: number;
}

const Answer = z.object({ access_token: z.string() });

function assertion(change: Change): Promise<string> {
  const { header = sha256(registered), pair = registered, lifetimeS = 600, startsInS = 0 } = change;
  const nowS = Math.floor(Date.now() / 1000);
  return new SignJWT({ jti: randomUUID() })
    .setProtectedHeader(header)
    .setAudience(change.audience ?? TOKEN_ENDPOINT)
    .setIssuer(change.issuer ?? CLIENT)
    .setSubject(change.subject ?? CLIENT)
    .setNotBefore(nowS + startsInS)
    .setExpirationTime(nowS + lifetimeS)
    .sign(pair.key);
}

function sha256({ pem }: Pair): JWTHeaderParameters {
  return { alg: 'PS256', 'x5t#S256': thumbprint(pem, 'sha256') };
}

function sha1({ pem }: Pair): JWTHeaderParameters {
  return { alg: 'RS256', x5t: thumbprint(pem, 'sha1') };
}

function thumbprint(pem: string, algorithm: string): string {
  return createHash(algorithm).update(new X509Certificate(pem).raw).digest('base64url');
}

async function makePair(name: string): Promise<Pair> {
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
  const made = ['-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '1'];
  await run('openssl', ['req', '-x509', '-subj', `/CN=${name}`, ...made]);
  const [pem, secret] = await Promise.all([readFile(cert, 'utf8'), readFile(key)]);
  return { pem, key: createPrivateKey(secret) };
}
