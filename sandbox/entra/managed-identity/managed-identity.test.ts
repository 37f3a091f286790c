import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { decodeJwt } from 'jose';
import { z } from 'zod';

import { CLIENT, DATABRICKS, OTHER, openForTest, type TestEntra } from '../open-for-test.ts';

const run = promisify(execFile);
const IMDS = 'http://169.254.169.254/metadata/identity/oauth2/token';
const RESOURCE = `api-version=2018-02-01&resource=${DATABRICKS}`;
const APPS = [
  { client_id: CLIENT, name: 'id-machine' },
  { client_id: OTHER, name: 'id-lent' },
];

let entra: TestEntra;

before(async () => {
  entra = await openForTest({
    apps: APPS,
    managed_identity: {
      system_assigned: CLIENT,
      user_assigned: [OTHER],
      hosted_in: 'app-service',
    },
  });
});

after(() => entra[Symbol.asyncDispose]());

test('a program of the machine gets a token by plain http, through the proxy', async () => {
  const { body } = await imds(`${IMDS}?${RESOURCE}`);

  const { access_token: token, ...rest } = Answer.parse(body);
  assert.partialDeepStrictEqual(rest, {
    client_id: CLIENT,
    expires_in: '3599',
    resource: DATABRICKS,
    token_type: 'Bearer',
  });
  assert.equal(Number(rest.expires_on), decodeJwt(token).exp);
  assert.equal((await entra.entra.tokens.verify(token, DATABRICKS)).kind, 'genuine');
  assert.partialDeepStrictEqual(entra.network.journal.since(0).at(-1), {
    service: 'managed-identity',
    principal: 'id-machine',
    status: 200,
  });
});

test('it may be asked through a tunnel, too, as Node does', async () => {
  const { status, body } = await imds(`${IMDS}?${RESOURCE}`, ['Metadata: true'], entra, ['-p']);

  assert.equal(status, 200);
  assert.equal(Answer.parse(body).client_id, CLIENT);
  const elsewhere = ['Metadata: true', 'Host: login.microsoftonline.com'];
  assert.equal((await imds(`${IMDS}?${RESOURCE}`, elsewhere, entra, ['-p'])).status, 403);
});

test('an identity that is lent to the machine is named by one of its ids', async () => {
  const byClient = Answer.parse((await imds(`${IMDS}?${RESOURCE}&client_id=${OTHER}`)).body);
  assert.equal(byClient.client_id, OTHER);
  const { oid } = decodeJwt<{ oid: string }>(byClient.access_token);
  const byObject = Answer.parse((await imds(`${IMDS}?${RESOURCE}&object_id=${oid}`)).body);
  assert.equal(byObject.client_id, OTHER);
});

test('what the metadata service does not give, it refuses in its own words', async () => {
  const cases = [
    [`${IMDS}?${RESOURCE}`, [], 'invalid_request', /Required metadata header/],
    [`${IMDS}?${RESOURCE}`, ['X-Forwarded-For: a'], 'invalid_request', /Bad Request/],
    [`${IMDS}?api-version=2018-02-01`, [], 'invalid_request', /'resource' is missing/],
    [`${IMDS}?${RESOURCE}&client_id=${DATABRICKS}`, [], 'invalid_request', /not found/],
    [`${IMDS}?${RESOURCE}&mi_res_id=/a`, [], 'invalid_request', /not found/],
    [`${IMDS}?api-version=1&resource=https://a/`, [], 'invalid_resource', /AADSTS500011/],
  ] as const;

  for (const [at, [url, headers, error, text]] of cases.entries()) {
    const { status, body } = await imds(url, at === 0 ? [] : ['Metadata: true', ...headers]);
    const refusal = Refusal.parse(body);
    assert.deepEqual([status, refusal.error], [400, error]);
    assert.match(refusal.error_description, text);
  }
  assert.equal((await imds('http://169.254.169.254/metadata/instance')).status, 404);
});

test('the proxy serves that address by plain http, on its own port, and no other', async () => {
  for (const url of [
    'http://169.254.169.254:8080/metadata/identity/oauth2/token',
    'http://169.254.169.253/',
    'http://login.microsoftonline.com/',
  ]) {
    assert.equal((await imds(url)).status, 403, url);
  }
  await assert.rejects(imds('https://169.254.169.254/'), /403/);
});

test('a machine without an identity has none, and one with several must be told which', async () => {
  await using none = await openForTest({ apps: APPS });
  await using several = await openForTest({
    apps: APPS,
    managed_identity: { user_assigned: [CLIENT, OTHER] },
  });

  const without = await imds(`${IMDS}?${RESOURCE}`, undefined, none);
  assert.match(JSON.stringify(without.body), /Identity not found/);
  const ambiguous = await imds(`${IMDS}?${RESOURCE}`, undefined, several);
  assert.match(JSON.stringify(ambiguous.body), /Multiple user assigned identities exist/);
});

test('in App Service a program finds endpoint and header in its environment', async () => {
  const environment = entra.entra.environment(entra.network.adminUrl);
  const { IDENTITY_ENDPOINT: endpoint = '', IDENTITY_HEADER: header = '' } = environment;
  const url = `${endpoint}?api-version=2019-08-01&resource=${DATABRICKS}`;
  const response = await fetch(url, { headers: { 'x-identity-header': header } });

  const { access_token: token, ...rest } = Answer.parse(await response.json());
  assert.partialDeepStrictEqual(rest, { client_id: CLIENT, resource: DATABRICKS });
  assert.equal((await entra.entra.tokens.verify(token, DATABRICKS)).kind, 'genuine');

  assert.equal((await fetch(url)).status, 401);
  const headers = { 'x-identity-header': header };
  const other = await fetch(`${url}&client_id=${DATABRICKS}`, { headers });
  assert.equal(other.status, 400);
  assert.match(await other.text(), /No User Assigned or Delegated Managed Identity/);
  const old = await fetch(`${endpoint}?api-version=2017-09-01&resource=a`, { headers });
  assert.equal(old.status, 400);
});

test('an identity has to be an application of the tenant', async () => {
  const managed_identity = { system_assigned: CLIENT };
  await assert.rejects(openForTest({ apps: [], managed_identity }), /is no application/);
});

const Answer = z.object({
  access_token: z.string(),
  client_id: z.string(),
  expires_on: z.string(),
  expires_in: z.string().optional(),
  resource: z.string(),
  token_type: z.literal('Bearer'),
});

const Refusal = z.object({ error: z.string(), error_description: z.string() });

/** What curl gets, which has the sandbox's variables and thus goes through its proxy. */
async function imds(
  url: string,
  headers = ['Metadata: true'],
  from = entra,
  more: readonly string[] = [],
) {
  const env = { ...process.env, ...from.network.tools.childEnvironment() };
  const given = headers.flatMap((header) => ['-H', header]);
  const form = ['-sS', '--max-time', '5', '-w', '\n%{http_code}'];
  const { stdout } = await run('curl', [...form, ...more, ...given, url], { env });
  const at = stdout.lastIndexOf('\n');
  const text = stdout.slice(0, at);
  const body: unknown = text.startsWith('{') ? JSON.parse(text) : text;
  return { status: Number(stdout.slice(at)), body };
}
