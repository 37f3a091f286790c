import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { z } from 'zod';

import { Fault } from '../../kit/fault.ts';
import {
  ADMIN_TOKEN,
  CLIENT,
  DATABRICKS,
  openForTest,
  TENANT,
  type TestEntra,
} from '../open-for-test.ts';

const GITHUB = 'https://token.actions.githubusercontent.com';
const SUBJECT = 'repo:contoso/wine-quality:ref:refs/heads/main';
const PIPELINE = 'sc://contoso/MLFlowHooks/databricks';
const ELSEWHERE = 'https://oidc.example.com/cluster';

let entra: TestEntra;
let elsewhere: Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];

before(async () => {
  const keys = await generateKeyPair('RS256');
  elsewhere = keys.privateKey;
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k1' };
  const issuer = await issuerOfPipelines();
  entra = await openForTest({
    apps: [
      {
        client_id: CLIENT,
        name: 'sp-mlops',
        federated_credentials: [
          { issuer: GITHUB, subject: SUBJECT },
          { issuer, subject: PIPELINE },
          { issuer: ELSEWHERE, subject: 'system:serviceaccount:a:b', audience: 'ours' },
          { issuer: 'https://unknown.example.com', subject: 'a' },
        ],
      },
    ],
    federated_issuers: [{ issuer: ELSEWHERE, jwks: { keys: [jwk] } }],
  });
});

afterEach(() => {
  entra.network.faults.clear();
});

after(() => entra[Symbol.asyncDispose]());

test('a workflow and a pipeline log in, and their issuers are asked for their keys', async () => {
  const seq = entra.network.journal.since(0).at(-1)?.seq ?? 0;
  for (const order of [
    { issuer: 'github', subject: SUBJECT },
    { issuer: 'azure-pipelines', subject: PIPELINE },
  ]) {
    const response = await entra.logIn(await minted(order));

    const { access_token: token } = Answer.parse(await response.json());
    assert.equal((await entra.entra.tokens.verify(token, DATABRICKS)).kind, 'genuine');
  }
  const asked = entra.network.journal.since(seq).map(({ service, path }) => `${service} ${path}`);
  assert.ok(asked.includes('github-oidc /.well-known/openid-configuration'));
  assert.ok(asked.some((one) => /^azure-pipelines-oidc \/[\w-]{36}\/.well-known\/jwks$/.test(one)));
});

test('a workflow tells what it is, for five minutes', async () => {
  const claims = decodeJwt(
    await minted({
      issuer: 'github',
      subject: 'repo:a/b:environment:prod',
      claims: { actor: 'c' },
    }),
  );

  assert.partialDeepStrictEqual(claims, {
    iss: GITHUB,
    aud: 'api://AzureADTokenExchange',
    repository: 'a/b',
    repository_owner: 'a',
    environment: 'prod',
    actor: 'c',
  });
  assert.equal((claims.exp ?? 0) - (claims.iat ?? 0), 300);
});

test('an issuer may also be known by its keys alone', async () => {
  const assertion = await signedElsewhere({ kid: 'k1' });
  assert.equal((await entra.logIn(assertion)).status, 200);
});

test('issuer, subject and audience have to fit to the letter', async () => {
  const cases = [
    [{ subject: SUBJECT, issuer: 'azure-pipelines' }, 700211, /issuer 'https:\/\/vstoken\./],
    [{ subject: 'repo:contoso/other:ref:refs/heads/main' }, 700213, /subject 'repo:contoso\/other/],
    [{ subject: SUBJECT.replace('contoso', 'Contoso') }, 7002138, /but not with case-sensitive/],
    [{ audience: 'api://other' }, 700212, /audience 'api:\/\/other'/],
    [{ lifetime_ms: -301_000 }, 700024, /not within its valid time range\. Current time: 20/],
  ] as const;

  for (const [change, code, text] of cases) {
    const order = { issuer: 'github', subject: SUBJECT, ...change };
    assert.match(await entra.refused(await minted(order), code), text);
  }
});

test('five minutes after its end an assertion is still taken, as by the real one', async () => {
  const order = { issuer: 'github', subject: SUBJECT, lifetime_ms: -290_000 };
  assert.equal((await entra.logIn(await minted(order))).status, 200);
});

test('a key that the issuer does not publish, and a signature by another, are refused', async () => {
  const unknown = await entra.refused(await signedElsewhere({ kid: 'k2' }), 7000272);
  assert.match(unknown, /metadata of identity provider https:\/\/oidc\.example\.com/);

  const [head, claims] = (await signedElsewhere({ kid: 'k1' })).split('.');
  const forged = [head, claims, Buffer.alloc(256).toString('base64url')].join('.');
  await entra.refused(forged, 50013);

  const weak = await new SignJWT(claimsElsewhere())
    .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
    .sign(new TextEncoder().encode('a secret that is long enough for it'));
  await entra.refused(weak, 5002738);
});

test('an issuer that does not answer, or that nobody is called, is no issuer', async () => {
  entra.network.faults.add(Fault.parse({ service: 'github-oidc', do: { kind: 'drop' } }));
  await entra.refused(await minted({ issuer: 'github', subject: SUBJECT }), 50166);

  const { privateKey } = await generateKeyPair('RS256');
  const nobody = await new SignJWT({
    ...claimsElsewhere(),
    iss: 'https://unknown.example.com',
    sub: 'a',
    aud: 'api://AzureADTokenExchange',
  })
    .setProtectedHeader({ alg: 'RS256', kid: 'k' })
    .sign(privateKey);
  await entra.refused(nobody, 50166);
  const refused = entra.network.refusedHosts().map((one) => one.host);
  assert.ok(refused.includes('unknown.example.com'));
});

test("Entra ID's own tokens are not taken for an assertion", async () => {
  const own = await entra.entra.tokens.issue(CLIENT, DATABRICKS);
  await entra.refused(own, 700222);
});

test('a mint that is not understood is refused by name', async () => {
  const response = await mint({ issuer: 'gitlab', subject: 'a' });
  assert.equal(response.status, 400);
  assert.match(await response.text(), /issuer/);
  const url = `${entra.network.adminUrl}/_sandbox/assertions`;
  assert.equal((await fetch(url, { method: 'POST' })).status, 401);
});

const Answer = z.object({ access_token: z.string() });

const Minted = z.object({ assertion: z.string(), expires_at_ms: z.number() });

/** The same for the same organization, whichever sandbox it is in. */
async function issuerOfPipelines(): Promise<string> {
  await using opened = await openForTest({ apps: [] });
  const { token } = await opened.entra.assertions.mint({
    issuer: 'azure-pipelines',
    subject: PIPELINE,
    audience: 'a',
  });
  return decodeJwt(token).iss ?? '';
}

function mint(order: Readonly<Record<string, unknown>>): Promise<Response> {
  return fetch(`${entra.network.adminUrl}/_sandbox/assertions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    body: JSON.stringify(order),
  });
}

async function minted(order: Readonly<Record<string, unknown>>): Promise<string> {
  const response = await mint(order);
  assert.equal(response.status, 201);
  return Minted.parse(await response.json()).assertion;
}

function claimsElsewhere() {
  const nowS = Math.floor(Date.now() / 1000);
  const sub = 'system:serviceaccount:a:b';
  return { iss: ELSEWHERE, sub, aud: 'ours', exp: nowS + 600, tenant: TENANT };
}

function signedElsewhere({ kid }: { readonly kid: string }): Promise<string> {
  return new SignJWT(claimsElsewhere()).setProtectedHeader({ alg: 'RS256', kid }).sign(elsewhere);
}
