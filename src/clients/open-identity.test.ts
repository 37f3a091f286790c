import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { constants, createPublicKey, verify } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { inspect } from 'node:util';

import { ConfigError, PermanentError, TransientError } from '../lib/errors.ts';
import { Secret } from '../lib/secret.ts';
import type { Login } from './login.ts';
import { openIdentity } from './open-identity.ts';

const DATABRICKS = '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d';
const AZURE_DEVOPS = '499b84ac-1321-427f-aa17-267ca6975798';
const HOST = 'https://adb-1.2.azuredatabricks.net';
const APP = {
  tenant: 'contoso',
  clientId: 'app-1',
  authority: 'https://login.microsoftonline.com',
} as const;
/** A program of the machine's, not of a package. */
const OPENSSL = 'openssl';
const PIPELINES = {
  SYSTEM_OIDCREQUESTURI: 'https://dev.azure.com/contoso/p/oidctoken',
  SYSTEM_ACCESSTOKEN: 'job-token',
};
const { signal } = new AbortController();

test('a certificate signs an assertion that its own key proves', async (t) => {
  const { pem, certificate } = pemFile(t);
  const login = openWith(
    { kind: 'entra-certificate', ...APP, certificate: new Secret(pem) },
    {
      'POST https://login.microsoftonline.com/contoso/oauth2/v2.0/token': () =>
        granted(tokenFor({})),
    },
  );

  await login.identity.token(DATABRICKS, signal);

  const form = new URLSearchParams(await login.asked[0]?.text());
  const [head = '', claims = '', signature = ''] = (form.get('client_assertion') ?? '').split('.');
  const key = createPublicKey(certificate);
  const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  const signed = Buffer.from(`${head}.${claims}`);
  const isGenuine = verify(
    'sha256',
    signed,
    { key, ...padding },
    Buffer.from(signature, 'base64url'),
  );
  assert(isGenuine);
  assert.partialDeepStrictEqual(decoded(head), { alg: 'PS256', typ: 'JWT' });
  assert.partialDeepStrictEqual(decoded(claims), {
    aud: 'https://login.microsoftonline.com/contoso/oauth2/v2.0/token',
    iss: 'app-1',
    sub: 'app-1',
    exp: 1_600,
  });
  assert.equal(form.get('client_secret'), null);
});

test('a PEM that is none is refused at once, and not repeated', (t) => {
  const { pem } = pemFile(t);
  const other = pemFile(t);
  const cases = [
    ['hunter2', /no certificate/],
    [pem.replace(keyOf(pem), ''), /no private key/],
    [pem.replace(keyOf(pem), keyOf(other.pem)), /key of another/],
  ] as const;

  for (const [text, message] of cases) {
    const login = { kind: 'entra-certificate', ...APP, certificate: new Secret(text) } as const;
    assert.throws(
      () => openWith(login, {}),
      (error) => {
        assert(error instanceof ConfigError);
        assert.match(error.message, message);
        assert.doesNotMatch(inspect(error), /hunter2|PRIVATE/);
        return true;
      },
    );
  }
});

test('Azure Pipelines vouches with a token that is minted anew at each login', async () => {
  let minted = 0;
  const { identity, asked } = openWith(
    {
      kind: 'entra-federated',
      ...APP,
      source: { kind: 'azure-pipelines', serviceConnection: 'connection-1' },
    },
    {
      'POST https://dev.azure.com/contoso/p/oidctoken': () => {
        minted += 1;
        return Response.json({ oidcToken: assertionFor({ jti: minted }) });
      },
      'POST https://login.microsoftonline.com/contoso/oauth2/v2.0/token': async (request) => {
        const form = new URLSearchParams(await request.text());
        const aud = form.get('scope')?.replace('/.default', '');
        return granted(tokenFor({ aud, used: form.get('client_assertion') }));
      },
    },
    PIPELINES,
  );

  const tokens = [
    await identity.token(DATABRICKS, signal),
    await identity.token(AZURE_DEVOPS, signal),
    await identity.token(DATABRICKS, signal),
  ];

  assert.equal(minted, 2);
  assert.equal(tokens[0]?.reveal(), tokens[2]?.reveal());
  const [mint] = asked;
  assert.equal(mint?.headers.get('authorization'), 'Bearer job-token');
  assert.equal(mint.headers.get('x-tfs-fedauthredirect'), 'Suppress');
  assert.equal(new URL(mint.url).search, '?api-version=7.1&serviceConnectionId=connection-1');
});

test('GitHub vouches for the audience that is asked for', async () => {
  const { identity, asked } = openWith(
    { kind: 'entra-federated', ...APP, source: { kind: 'github', audience: null } },
    {
      'GET https://vstoken.example/': () => Response.json({ count: 1, value: assertionFor({}) }),
      'POST https://login.microsoftonline.com/contoso/oauth2/v2.0/token': () =>
        granted(tokenFor({})),
    },
    {
      ACTIONS_ID_TOKEN_REQUEST_URL: 'https://vstoken.example/?api-version=2.0',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'job-token',
    },
  );

  await identity.token(DATABRICKS, signal);

  const { searchParams } = new URL(asked[0]?.url ?? '');
  assert.equal(searchParams.get('audience'), 'api://AzureADTokenExchange');
  assert.equal(searchParams.get('api-version'), '2.0');
});

test('a federated token that can be of no use is never sent', async () => {
  for (const oidcToken of [
    '',
    'null',
    'a.b',
    assertionFor({ exp: 999 }),
    assertionFor({ sub: 1 }),
  ]) {
    const { identity } = openWith(
      {
        kind: 'entra-federated',
        ...APP,
        source: { kind: 'azure-pipelines', serviceConnection: null },
      },
      { 'POST https://dev.azure.com/contoso/p/oidctoken': () => Response.json({ oidcToken }) },
      PIPELINES,
    );
    await assertRefused(identity.token(DATABRICKS, signal), /new one/);
  }
});

test('what the CI system has to be told is said where it is missing', async () => {
  const pipelines = { kind: 'azure-pipelines', serviceConnection: 'connection-1' } as const;
  const cases = [
    [pipelines, { ...PIPELINES, SYSTEM_ACCESSTOKEN: '$(System.AccessToken)' }, /Map it/],
    [pipelines, {}, /a job of Azure Pipelines/],
    [{ kind: 'github', audience: null }, {}, /id-token: write/],
    [{ kind: 'kubernetes' }, {}, /Label the pod/],
    [{ kind: 'file', file: '/nonexistent/token' }, {}, /mounted/],
    [{ kind: 'variable', name: 'NO_SUCH' }, {}, /new one/],
  ] as const;

  for (const [source, env, hint] of cases) {
    const { identity } = openWith({ kind: 'entra-federated', ...APP, source }, {}, env);
    await assertRefused(identity.token(DATABRICKS, signal), hint);
  }
});

test('a trust that is missing is spelt out, to the letter', async () => {
  for (const code of [70_021, 700_211, 700_212, 700_213]) {
    const { identity } = openWith(
      {
        kind: 'entra-federated',
        ...APP,
        source: { kind: 'azure-pipelines', serviceConnection: 'connection-1' },
      },
      {
        'POST https://dev.azure.com/contoso/p/oidctoken': () =>
          Response.json({ oidcToken: assertionFor({}) }),
        'POST https://login.microsoftonline.com/contoso/oauth2/v2.0/token': () => refused(code),
      },
      PIPELINES,
    );
    await assertRefused(
      identity.token(DATABRICKS, signal),
      /issuer https:\/\/vstoken\.example, subject sc:\/\/contoso\/p\/connection, audience api:\/\/AzureADTokenExchange\./,
    );
  }
});

test('a web page in the place of Entra ID is no login', async () => {
  const { identity } = openWith(
    { kind: 'entra-secret', ...APP, secret: new Secret('hunter2') },
    {
      'POST https://login.microsoftonline.com/contoso/oauth2/v2.0/token': () =>
        new Response('<html>Sign in</html>', { headers: { 'content-type': 'text/html' } }),
    },
  );

  await assertRefused(identity.token(DATABRICKS, signal), /web page/);
});

test('a certificate of the server that is not to be trusted fails at once', async () => {
  const { identity } = openWith(
    { kind: 'entra-secret', ...APP, secret: new Secret('hunter2') },
    {
      'POST https://login.microsoftonline.com/contoso/oauth2/v2.0/token': () => {
        const cause = Object.assign(new Error('no'), { code: 'SELF_SIGNED_CERT_IN_CHAIN' });
        throw new TypeError('fetch failed', { cause });
      },
    },
  );

  await assert.rejects(identity.token(DATABRICKS, signal), (error) => {
    assert(error instanceof PermanentError);
    assert.equal(error.code, 'UNTRUSTED');
    assert.match(error.hint ?? '', /NODE_EXTRA_CA_CERTS/);
    return true;
  });
});

test('a managed identity asks the machine, or App Service where that is said', async () => {
  const imds = openWith(
    { kind: 'managed-identity', clientId: 'user-assigned' },
    {
      'GET http://169.254.169.254/metadata/identity/oauth2/token': () =>
        Response.json({ access_token: tokenFor({}), expires_on: '3600' }),
    },
  );
  const service = openWith(
    { kind: 'managed-identity', clientId: null },
    { 'GET http://127.0.0.1:41/msi/token': () => granted(tokenFor({})) },
    { IDENTITY_ENDPOINT: 'http://127.0.0.1:41/msi/token', IDENTITY_HEADER: 'header-1' },
  );

  await imds.identity.token(DATABRICKS, signal);
  await service.identity.token(DATABRICKS, signal);

  assert.equal(imds.asked[0]?.headers.get('metadata'), 'true');
  assert.deepEqual(Object.fromEntries(new URL(imds.asked[0].url).searchParams), {
    'api-version': '2018-02-01',
    resource: DATABRICKS,
    client_id: 'user-assigned',
  });
  assert.equal(service.asked[0]?.headers.get('x-identity-header'), 'header-1');
  assert.equal(new URL(service.asked[0].url).searchParams.get('api-version'), '2019-08-01');
});

test('a managed identity that is starting is asked again later, and a missing one never', async () => {
  const answering = (status: number) =>
    openWith(
      { kind: 'managed-identity', clientId: null },
      {
        'GET http://169.254.169.254/metadata/identity/oauth2/token': () =>
          Response.json({ error: 'invalid_request', error_description: 'no' }, { status }),
      },
    ).identity.token(DATABRICKS, signal);

  for (const status of [404, 410, 429, 500]) {
    await assert.rejects(answering(status), TransientError);
  }
  await assertRefused(answering(400), /assign it/);
  const arc = openWith(
    { kind: 'managed-identity', clientId: null },
    {},
    { IDENTITY_ENDPOINT: 'http://localhost:40342/' },
  );
  await assertRefused(arc.identity.token(DATABRICKS, signal), /another way/);
});

test('az is asked word by word, and its refusal is explained', async (t) => {
  const answer = JSON.stringify({ accessToken: tokenFor({}), tokenType: 'Bearer' });
  const right = azSaying(t, `printf '%s\\n' "$@" > "$0.args"; echo '${answer}'`);
  const wrong = azSaying(t, 'echo "ERROR: AADSTS7000222: expired" >&2; exit 1');
  const out = azSaying(t, 'echo "ERROR: Please run az login" >&2; exit 1');
  const login = { kind: 'azure-cli', tenant: 'tenant-1' } as const;

  const { identity } = openWith(login, {}, { PATH: `${right}:/usr/bin:/bin` });
  assert.equal((await identity.token(DATABRICKS, signal)).reveal(), tokenFor({}));
  assert.deepEqual(readFileSync(path.join(right, 'az.args'), 'utf8').trim().split('\n'), [
    'account',
    'get-access-token',
    '--output',
    'json',
    '--resource',
    DATABRICKS,
    '--tenant',
    'tenant-1',
  ]);

  const ask = (PATH: string) => openWith(login, {}, { PATH }).identity.token(DATABRICKS, signal);
  await assertRefused(ask(`${wrong}:/usr/bin:/bin`), /has expired/);
  await assertRefused(ask(`${out}:/usr/bin:/bin`), /az login/);
  await assertRefused(ask('/nonexistent'), /installed/);
});

test('Databricks gives out its own token where its host says', async () => {
  const { identity, asked } = openWith(
    { kind: 'databricks-secret', host: HOST, clientId: 'sp-1', secret: new Secret('dose1') },
    {
      ...DISCOVERY,
      [`POST ${HOST}/oidc/v1/token`]: () => granted(tokenFor({ aud: 'whatever' })),
    },
  );

  await identity.token(DATABRICKS, signal);
  await identity.token(DATABRICKS, signal);

  assert.equal(asked.length, 3);
  const basic = Buffer.from('sp-1:dose1').toString('base64');
  assert.equal(asked[2]?.headers.get('authorization'), `Basic ${basic}`);
  assert.deepEqual(Object.fromEntries(new URLSearchParams(await asked[2].text())), {
    grant_type: 'client_credentials',
    scope: 'all-apis',
  });
  await assertRefused(identity.token(AZURE_DEVOPS, signal), /Entra ID/);
});

test('an older workspace without discovery is asked at its usual place', async () => {
  const { identity } = openWith(
    { kind: 'databricks-secret', host: HOST, clientId: 'sp-1', secret: new Secret('dose1') },
    {
      [`GET ${HOST}/.well-known/databricks-config`]: () => new Response('', { status: 404 }),
      [`GET ${HOST}/oidc/.well-known/oauth-authorization-server`]: () =>
        Response.json({ token_endpoint: `${HOST}/oidc/v1/token` }),
      [`POST ${HOST}/oidc/v1/token`]: () => granted(tokenFor({})),
    },
  );

  await identity.token(DATABRICKS, signal);
});

test('a host that sends our secret elsewhere does not get it', async () => {
  const { identity } = openWith(
    { kind: 'databricks-secret', host: HOST, clientId: 'sp-1', secret: new Secret('dose1') },
    {
      ...DISCOVERY,
      [`GET ${HOST}/oidc/.well-known/oauth-authorization-server`]: () =>
        Response.json({ token_endpoint: 'https://elsewhere.example/token' }),
    },
  );

  await assertRefused(identity.token(DATABRICKS, signal), /the host of a Databricks workspace/);
});

test('a token of GitHub is exchanged for one of Databricks, meant for its audience', async () => {
  const { identity, asked } = openWith(
    {
      kind: 'databricks-federated',
      host: HOST,
      clientId: 'sp-1',
      source: { kind: 'github', audience: null },
    },
    {
      ...DISCOVERY,
      'GET https://vstoken.example/': () => Response.json({ value: assertionFor({}) }),
      [`POST ${HOST}/oidc/v1/token`]: () => granted(tokenFor({})),
    },
    {
      ACTIONS_ID_TOKEN_REQUEST_URL: 'https://vstoken.example/?a=1',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'job-token',
    },
  );

  await identity.token(DATABRICKS, signal);

  const audience = new URL(asked[2]?.url ?? '').searchParams.get('audience');
  assert.equal(audience, `${HOST}/oidc/v1/token`);
  assert.deepEqual(Object.fromEntries(new URLSearchParams(await asked[3]?.text())), {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: assertionFor({}),
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    client_id: 'sp-1',
    scope: 'all-apis',
  });
});

test('a refused login of Databricks says which trust or secret it asks for', async () => {
  const refusing = {
    ...DISCOVERY,
    [`POST ${HOST}/oidc/v1/token`]: () =>
      Response.json({ error: 'invalid_client', error_description: 'no' }, { status: 401 }),
  };
  const secret = new Secret('dose1');
  const m2m = { kind: 'databricks-secret', host: HOST, clientId: 'sp-1', secret } as const;
  const source = { kind: 'variable', name: 'TOKEN' } as const;
  const federated = { kind: 'databricks-federated', host: HOST, clientId: null, source } as const;

  await assertRefused(
    openWith(m2m, refusing).identity.token(DATABRICKS, signal),
    /no secret of Entra ID/,
  );
  await assertRefused(
    openWith(federated, refusing, { TOKEN: assertionFor({}) }).identity.token(DATABRICKS, signal),
    /federation policy .*issuer https:\/\/vstoken\.example, subject sc:/,
  );
});

test('a personal access token is given out with a warning, and to Databricks alone', async () => {
  const { identity, warnings } = openWith(
    { kind: 'databricks-token', token: new Secret('dapi1') },
    {},
  );

  assert.equal((await identity.token(DATABRICKS, signal)).reveal(), 'dapi1');
  assert.match(warnings.join(), /personal access token/);
  await assertRefused(identity.token(AZURE_DEVOPS, signal), /Entra ID/);
});

const DISCOVERY: Answers = {
  [`GET ${HOST}/.well-known/databricks-config`]: () =>
    Response.json({
      oidc_endpoint: `${HOST}/oidc`,
      token_federation_default_oidc_audiences: [`${HOST}/oidc/v1/token`],
    }),
  [`GET ${HOST}/oidc/.well-known/oauth-authorization-server`]: () =>
    Response.json({ token_endpoint: `${HOST}/oidc/v1/token` }),
};

type Answers = Readonly<Record<string, (request: Request) => Response | Promise<Response>>>;

/** The identity, talking to stand-ins; who is not among them must not be asked. */
function openWith(login: Login, answers: Answers, env: Readonly<Record<string, string>> = {}) {
  const asked: Request[] = [];
  const warnings: string[] = [];
  const identity = openIdentity(login, {
    now: () => 1_000_000,
    env,
    warn: (text) => warnings.push(text),
    fetch: async (...args) => {
      const request = new Request(...args);
      asked.push(request.clone());
      const { origin, pathname } = new URL(request.url);
      const answer = answers[`${request.method} ${origin}${pathname}`];
      assert(answer, `${request.method} ${request.url} was asked`);
      return await answer(request);
    },
  });
  return { identity, asked, warnings };
}

async function assertRefused(asked: Promise<unknown>, hint: RegExp): Promise<void> {
  await assert.rejects(asked, (error) => {
    assert(error instanceof PermanentError, inspect(error));
    assert.equal(error.code, 'LOGIN_REFUSED');
    assert.match(error.hint ?? '', hint);
    assert.doesNotMatch(inspect(error), /eyJ|hunter2|dose1|job-token/);
    return true;
  });
}

function granted(token: string): Response {
  return Response.json({ token_type: 'Bearer', expires_in: 3599, access_token: token });
}

function refused(code: number): Response {
  const error_description = `AADSTS${code}: No.\r\nTrace ID: 1`;
  return Response.json(
    { error: 'invalid_client', error_description, error_codes: [code] },
    { status: 401 },
  );
}

function tokenFor(claims: Readonly<Record<string, unknown>>): string {
  return jwt({ aud: DATABRICKS, exp: 4_600, ...claims });
}

function assertionFor(claims: Readonly<Record<string, unknown>>): string {
  return jwt({
    iss: 'https://vstoken.example',
    sub: 'sc://contoso/p/connection',
    aud: 'api://AzureADTokenExchange',
    exp: 1_600,
    ...claims,
  });
}

function jwt(claims: unknown): string {
  return `${encoded({ alg: 'RS256' })}.${encoded(claims)}.signature`;
}

function encoded(part: unknown): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

function decoded(part: string): unknown {
  return JSON.parse(Buffer.from(part, 'base64url').toString());
}

/** A new certificate with its key. */
function pemFile(t: TestContext) {
  const folder = folderFor(t);
  const files = { key: path.join(folder, 'key.pem'), cert: path.join(folder, 'cert.pem') };
  const options = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=sp'];
  const names = ['-keyout', files.key, '-out', files.cert];
  execFileSync(OPENSSL, ['req', ...options, ...names], { stdio: 'ignore' });
  const certificate = readFileSync(files.cert, 'utf8');
  return { certificate, pem: certificate + readFileSync(files.key, 'utf8') };
}

function keyOf(pem: string): string {
  return pem.slice(pem.indexOf('-----BEGIN PRIVATE'));
}

/** A folder with a program in it that passes for `az`. */
function azSaying(t: TestContext, script: string): string {
  const folder = folderFor(t);
  const file = path.join(folder, 'az');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o700);
  return folder;
}

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-login-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}
