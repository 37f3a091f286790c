import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { test } from 'node:test';

import {
  MEMBER,
  objectOf,
  openForTest,
  STRANGER,
  type TestWorkspace,
  textOf,
} from '../open-for-test.ts';

const ME = '/api/2.0/preview/scim/v2/Me';
const AUDIENCE = 'https://adb-1234567890123456.7.azuredatabricks.net/oidc/v1/token';

test("Databricks' own secret gets a token that works for an hour, one of Entra ID gets none", async (t) => {
  const secret = 'dose-own+secret';
  const config = { oauth_secrets: [{ client_id: MEMBER, secret }] };
  const workspace = await openForTest(t, { config });
  const grant = { grant_type: 'client_credentials', scope: 'all-apis' };

  const given = await token(workspace, grant, `${MEMBER}:${secret}`);
  const inBody = await token(workspace, { ...grant, client_id: MEMBER, client_secret: secret });
  const wrong = await token(workspace, grant, `${MEMBER}:an-entra-secret`);
  const other = await token(workspace, { ...grant, scope: 'sql' }, `${MEMBER}:${secret}`);
  const odd = await token(workspace, { grant_type: 'password' });
  const me = await workspace.call('GET', ME, undefined, textOf(given.body['access_token']));
  workspace.clock.advance(3_600_000);
  const late = await workspace.call('GET', ME, undefined, textOf(given.body['access_token']));

  assert.deepEqual(
    [given.status, given.body['token_type'], given.body['expires_in'], given.body['scope']],
    [200, 'Bearer', 3600, 'all-apis'],
  );
  assert.equal(inBody.status, 200);
  assert.deepEqual([wrong.status, wrong.body['error']], [401, 'invalid_client']);
  assert.deepEqual([other.status, other.body['error']], [400, 'invalid_scope']);
  assert.deepEqual([odd.status, odd.body['error']], [400, 'unsupported_grant_type']);
  assert.equal(me.body['userName'], MEMBER);
  assert.equal(late.status, 403);
  assert.ok(
    workspace.hidden.has(secret) && workspace.hidden.has(textOf(given.body['access_token'])),
  );
});

test('a token of a trusted issuer is exchanged, and one that differs in anything is not', async (t) => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const policy = {
    client_id: MEMBER,
    issuer: 'https://token.actions.githubusercontent.com',
    subject: 'repo:contoso/wine:ref:refs/heads/main',
    jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1' }] },
  };
  const workspace = await openForTest(t, { config: { federation_policies: [policy] } });
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: policy.issuer, sub: policy.subject, aud: AUDIENCE, exp: now + 300 };
  const exchange = (jwt: string, more: Record<string, string> = { client_id: MEMBER }) =>
    token(workspace, {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: jwt,
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      scope: 'all-apis',
      ...more,
    });

  const good = await exchange(signed(claims, privateKey));
  const anyone = await exchange(signed({ ...claims, aud: [AUDIENCE] }, privateKey), {});
  const bad = await Promise.all([
    exchange(signed({ ...claims, sub: 'repo:contoso/wine:pull_request' }, privateKey)),
    exchange(signed({ ...claims, iss: 'https://example.com' }, privateKey)),
    exchange(signed({ ...claims, aud: 'api://AzureADTokenExchange' }, privateKey)),
    exchange(signed({ ...claims, exp: now - 1 }, privateKey)),
    exchange(signed(claims, stranger.privateKey)),
    exchange(signed(claims, privateKey).replace(/\.[^.]+$/u, '.')),
    exchange(signed(claims, privateKey), { client_id: STRANGER }),
    exchange('no.jwt'),
  ]);
  const me = await workspace.call('GET', ME, undefined, textOf(good.body['access_token']));

  assert.equal(good.status, 200);
  assert.ok(Number(good.body['expires_in']) <= 300);
  assert.equal(anyone.status, 200);
  assert.deepEqual(
    bad.map((one) => one.status),
    [401, 401, 401, 401, 401, 401, 401, 400],
  );
  assert.equal(me.body['userName'], MEMBER);
});

test('clients find the token endpoint, and the tenant', async (t) => {
  const workspace = await openForTest(t);

  const config = await workspace.call('GET', '/.well-known/databricks-config', undefined, '');
  const endpoint = new URL(textOf(config.body['oidc_endpoint'])).pathname;
  const server = await workspace.call(
    'GET',
    `${endpoint}/.well-known/oauth-authorization-server`,
    undefined,
    '',
  );
  const login = await workspace.call('GET', '/aad/auth', undefined, '');

  assert.equal(server.body['token_endpoint'], AUDIENCE);
  assert.equal(login.status, 302);
  assert.match(
    login.response.headers.get('location') ?? '',
    /^https:\/\/login\.microsoftonline\.com\/16b3c013-d300-468d-ac64-7eda0820b6d3\/oauth2\/authorize/u,
  );
});

async function token(workspace: TestWorkspace, form: Record<string, string>, basic?: string) {
  const { response } = await workspace.service.handle(
    new Request('https://adb-1234567890123456.7.azuredatabricks.net/oidc/v1/token', {
      method: 'POST',
      headers: basic ? { Authorization: `Basic ${Buffer.from(basic).toString('base64')}` } : {},
      body: new URLSearchParams(form),
    }),
  );
  return { status: response.status, body: objectOf(await response.json()) };
}

function signed(claims: object, key: KeyObject): string {
  const text = `${part({ alg: 'RS256', typ: 'JWT', kid: 'k1' })}.${part(claims)}`;
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
