import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { createLocalJWKSet, decodeJwt, jwtVerify, UnsecuredJWT } from 'jose';

import { z } from 'zod';

import { SandboxConfig } from '../config.ts';
import { type Network, openNetwork } from '../kit/network.ts';
import type { Service } from '../kit/service.ts';
import type { Tokens } from '../kit/tools.ts';
import { openEntra } from './index.ts';

const run = promisify(execFile);
const TENANT = '11111111-1111-4111-8111-111111111111';
const CLIENT = '22222222-2222-4222-8222-222222222222';
const SECRET = 'a+b&c%25=e~very/odd';
const DATABRICKS = '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d';
const AZURE_DEVOPS = '499b84ac-1321-427f-aa17-267ca6975798';
const HOUR_MS = 3_600_000;

let workDir: string;
let network: Network;
let service: Service;
let tokens: Tokens;

before(async () => {
  workDir = await mkdtemp(join(tmpdir(), 'entra-'));
  network = await openNetwork({ workDir, adminToken: 'admin-token-0123456789' });
  ({ service, tokens } = await openEntra(config(), network.tools));
  network.add(service);
});

after(async () => {
  await network[Symbol.asyncDispose]();
  await rm(workDir, { recursive: true });
});

test('an application gets a token for Databricks, which the published key confirms', async () => {
  const response = await ask(v2);
  const { access_token, ...rest } = await answerOf(response);

  assert.deepEqual(rest, { token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599 });
  const keys = KeySet.parse(await (await get(`/${TENANT}/discovery/v2.0/keys`)).json());
  const { payload } = await jwtVerify(String(access_token), createLocalJWKSet(keys));
  assert.equal(payload.aud, DATABRICKS);
  assert.equal(payload.iss, `https://sts.windows.net/${TENANT}/`);
  assert.equal(payload['appid'], CLIENT);
  assert.equal(payload['tid'], TENANT);
  assert.equal(payload['oid'], payload.sub);
  assert.notEqual(payload['oid'], CLIENT);
});

test('version 1 answers with its numbers in strings, and ignores a scope', async () => {
  const body = await answerOf(await ask(v1, '/oauth2/token'));

  assert.equal(body['expires_in'], '3599');
  assert.equal(body['resource'], DATABRICKS);
  assert.equal(typeof body['expires_on'], 'string');
  assert.equal(Number(body['expires_on']), decodeJwt(String(body['access_token'])).exp);
});

test('a secret with + & % gets through encoded, and only encoded', async () => {
  const encoded = await curl(['--data-urlencode', `client_secret=${SECRET}`]);
  const raw = await curl(['-d', `client_secret=${SECRET}`]);

  assert.match(encoded, /access_token/);
  assert.match(raw, /AADSTS7000215/);
  assert.match(await curl(['-d', 'client_secret=100%sure']), /AADSTS9002313/);
});

test('each refusal has the status, the error and the code of the real one', async () => {
  const elsewhere = '33333333-3333-4333-8333-333333333333';
  const cases = [
    [{ client_secret: 'wrong' }, 401, 'invalid_client', 7000215],
    [{ client_secret: undefined }, 401, 'invalid_client', 7000218],
    [{ client_id: elsewhere }, 400, 'unauthorized_client', 700016],
    [{ client_id: undefined }, 400, 'invalid_request', 900144],
    [{ grant_type: undefined }, 400, 'invalid_request', 900144],
    [{ grant_type: 'password' }, 400, 'unsupported_grant_type', 70003],
    [{ scope: undefined }, 400, 'invalid_request', 900144],
    [{ scope: 'all-apis' }, 400, 'invalid_scope', 1002012],
    [{ scope: 'a/.default b/.default' }, 400, 'invalid_scope', 70011],
    [{ scope: `${elsewhere}/.default` }, 400, 'invalid_resource', 500011],
    [{ client_secret: 'too old' }, 401, 'invalid_client', 7000222],
    [{ client_assertion: 'a.b.c' }, 400, 'invalid_request', 900144],
  ] as const;

  for (const [change, status, error, code] of cases) {
    await assertRefusal(await ask({ ...v2, ...change }), status, error, code);
  }
  const wrongTenant = await ask(v2, '/oauth2/v2.0/token', elsewhere);
  await assertRefusal(wrongTenant, 400, 'invalid_request', 90002);
  const common = await ask(v2, '/oauth2/v2.0/token', 'common');
  await assertRefusal(common, 400, 'invalid_request', 50194);
});

test('the token endpoint takes a POST and nothing else', async () => {
  const response = await get(`/${TENANT}/oauth2/v2.0/token`);
  await assertRefusal(response, 400, 'invalid_request', 900561);
  assert.equal((await get(`/${TENANT}/oauth2/v2.0/devicecode`)).status, 404);
});

test('parameters that come as JSON are not seen', async () => {
  const { response } = await service.handle(
    new Request(`https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(v2),
    }),
  );
  await assertRefusal(response, 400, 'invalid_request', 900144);
});

test('a secret may also come in a Basic header', async () => {
  const credentials = `${CLIENT}:${encodeURIComponent(SECRET)}`;
  const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
  const form = { ...v2, client_id: undefined, client_secret: undefined };
  assert.equal((await ask(form, '/oauth2/v2.0/token', TENANT, { authorization })).status, 200);
});

test('only the authorities of Microsoft are vouched for', async () => {
  const path = '/common/discovery/instance?api-version=1.1&authorization_endpoint=';
  const real = await get(
    `${path}https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/authorize`,
  );
  assert.partialDeepStrictEqual(await real.json(), {
    tenant_discovery_endpoint: `https://login.microsoftonline.com/${TENANT}/v2.0/.well-known/openid-configuration`,
  });

  const other = await get(`${path}https://127.0.0.1:8443/${TENANT}/oauth2/v2.0/authorize`);
  await assertRefusal(other, 400, 'invalid_instance', 50049);
});

test('the configuration of the tenant leads to its token endpoint, of others to nothing', async () => {
  const path = '/v2.0/.well-known/openid-configuration';
  assert.partialDeepStrictEqual(await (await get(`/${TENANT}${path}`)).json(), {
    token_endpoint: `https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/token`,
    issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
  });
  await assertRefusal(await get(`/contoso.com${path}`), 400, 'invalid_request', 90002);
  assert.partialDeepStrictEqual(await (await get(`/organizations${path}`)).json(), {
    token_endpoint: 'https://login.microsoftonline.com/organizations/oauth2/v2.0/token',
    issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0',
  });
});

test('version 1 has a configuration of its own, whose keys confirm the same tokens', async () => {
  const path = '/.well-known/openid-configuration';
  const { jwks_uri: place, issuer } = Configuration.parse(
    await (await get(`/${TENANT}${path}`)).json(),
  );
  assert.equal(issuer, `https://sts.windows.net/${TENANT}/`);
  const keys = KeySet.parse(await (await get(new URL(place).pathname)).json());
  await jwtVerify(await tokens.issue(CLIENT, DATABRICKS), createLocalJWKSet(keys), { issuer });
});

test('tokens that a fault lets run out are refused, and new ones are not', async () => {
  const opened = await openEntra(config(), network.tools);
  const earlier = await opened.tokens.issue(CLIENT, DATABRICKS);
  opened.expireTokens();

  assert.deepEqual(await opened.tokens.verify(earlier, DATABRICKS), {
    kind: 'refused',
    because: 'the token has expired',
  });
  const later = await opened.tokens.issue(CLIENT, DATABRICKS);
  assert.equal((await opened.tokens.verify(later, DATABRICKS)).kind, 'genuine');
});

test('a token is believed until it expires, by the clock of the sandbox', async () => {
  const opened = await openEntra(config(), network.tools);
  const token = await opened.tokens.issue(CLIENT, DATABRICKS);

  network.tools.clock.advance(HOUR_MS - 10_000);
  assert.partialDeepStrictEqual(await opened.tokens.verify(token, DATABRICKS), {
    kind: 'genuine',
    clientId: CLIENT,
  });
  network.tools.clock.advance(10_000);
  assert.deepEqual(await opened.tokens.verify(token, DATABRICKS), {
    kind: 'refused',
    because: 'the token has expired',
  });
});

test('a token that is for another, by another, or none at all is refused, and it says why', async () => {
  const token = await tokens.issue(CLIENT, DATABRICKS);
  const [head = '', claims = '', signature = ''] = token.split('.');
  const changed = Buffer.from(
    JSON.stringify({ ...decodeJwt(token), appid: 'someone-else' }),
  ).toString('base64url');
  const stranger = await openEntra(config(), network.tools);

  await assertRefused(token, AZURE_DEVOPS, /is for 2ff814a6-.*, and not for 499b84ac-/);
  await assertRefused([head, changed, signature].join('.'), DATABRICKS, /signature/);
  await assertRefused(await stranger.tokens.issue(CLIENT, DATABRICKS), DATABRICKS, /signature/);
  await assertRefused(new UnsecuredJWT(decodeJwt(token)).encode(), DATABRICKS, /no token/);
  await assertRefused('dapi0123456789', DATABRICKS, /no token/);
  assert.notEqual(claims, changed);
});

test('no secret and no token reaches the journal', async () => {
  await curl(['--data-urlencode', `client_secret=${SECRET}`]);
  await curl(['-d', `client_secret=${SECRET}`]);

  const written = JSON.stringify(network.journal.since(0));
  assert.doesNotMatch(written, /eyJ|very/);
  assert.match(written, /client_credentials/);
});

test('a token can only be issued to an application that there is', async () => {
  await assert.rejects(tokens.issue('nobody', DATABRICKS), /no application nobody/);
});

const Body = z.record(z.string(), z.unknown());

const Configuration = z.object({ jwks_uri: z.url(), issuer: z.string() });

const KeySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });

const v2 = {
  grant_type: 'client_credentials',
  client_id: CLIENT,
  client_secret: SECRET,
  scope: `${DATABRICKS}/.default`,
};

const v1 = { ...v2, scope: 'all-apis', resource: DATABRICKS };

function config(): SandboxConfig {
  return SandboxConfig.parse({
    admin_token: 'admin-token-0123456789',
    entra: {
      tenant: TENANT,
      apps: [{ client_id: CLIENT, name: 'sp-hooks', secret: SECRET, expired_secrets: ['too old'] }],
    },
    databricks: { host: 'adb-1.7.azuredatabricks.net', workspace_id: '1', principals: [] },
    azure_devops: { organization: 'contoso', project: 'p', principals: [] },
  });
}

type Form = Readonly<Record<string, string | undefined>>;

async function ask(form: Form, path = '/oauth2/v2.0/token', tenant = TENANT, headers = {}) {
  const given = Object.entries(form).filter(
    (field): field is [string, string] => field[1] !== undefined,
  );
  const { response } = await service.handle(
    new Request(`https://login.microsoftonline.com/${tenant}${path}`, {
      method: 'POST',
      headers,
      body: new URLSearchParams(given),
    }),
  );
  return response;
}

async function get(path: string): Promise<Response> {
  return (await service.handle(new Request(`https://login.microsoftonline.com${path}`))).response;
}

async function curl(extra: readonly string[]): Promise<string> {
  const { client_secret: _, ...fields } = v2;
  const form = Object.entries(fields).flatMap(([name, value]) => ['-d', `${name}=${value}`]);
  const url = `https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/token`;
  const env = { ...process.env, ...network.tools.childEnvironment() };
  return (await run('curl', ['-sS', '--max-time', '5', ...form, ...extra, url], { env })).stdout;
}

async function answerOf(response: Response): Promise<Record<string, unknown>> {
  assert.equal(response.status, 200);
  return Body.parse(await response.json());
}

async function assertRefusal(response: Response, status: number, error: string, code: number) {
  const body = Body.parse(await response.json());
  assert.deepEqual([response.status, body['error'], body['error_codes']], [status, error, [code]]);
  assert.match(
    String(body['error_description']),
    new RegExp(
      `^AADSTS${code}: .+\\r\\nTrace ID: [\\w-]+\\r\\nCorrelation ID: [\\w-]+\\r\\nTimestamp: .+Z$`,
    ),
  );
}

async function assertRefused(token: string, audience: string, because: RegExp): Promise<void> {
  const verified = await tokens.verify(token, audience);
  assert.equal(verified.kind, 'refused');
  assert.match(verified.because, because);
}
