import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import {
  asyncProperty,
  assert as check,
  constantFrom,
  dictionary,
  oneof,
  string,
} from 'fast-check';

import { CLIENT, openForTest, TENANT, type TestEntra } from './open-for-test.ts';

const TOKEN = `https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/token`;
const IMDS = 'http://169.254.169.254/metadata/identity/oauth2/token';

let entra: TestEntra;

before(async () => {
  const credential = { issuer: 'https://token.actions.githubusercontent.com', subject: 'a' };
  entra = await openForTest({
    apps: [{ client_id: CLIENT, name: 'a', federated_credentials: [credential] }],
    managed_identity: { system_assigned: CLIENT },
  });
});

after(() => entra[Symbol.asyncDispose]());

test('whatever is sent as an assertion, the answer is a refusal in the right shape', async () => {
  const header = dictionary(constantFrom('alg', 'kid', 'x5t', 'x5t#S256', 'typ'), anything());
  const claims = dictionary(constantFrom('iss', 'sub', 'aud', 'exp', 'nbf'), anything());
  await check(
    asyncProperty(header, claims, string(), async (head, body, signature) => {
      const response = await entra.logIn([part(head), part(body), signature].join('.'));
      const refusal = await response.text();
      assert.ok(response.status === 400 || response.status === 401, refusal);
      assert.match(refusal, /"error_description":"AADSTS\d+: /);
    }),
    { numRuns: 400 },
  );
});

test('whatever form is sent, the answer is a refusal in the right shape', async () => {
  const names = constantFrom('grant_type', 'client_id', 'client_secret', 'scope', 'resource', 'x');
  await check(
    asyncProperty(
      dictionary(names, anything()),
      constantFrom(TOKEN, TOKEN.replace('/v2.0', '')),
      async (form, url) => {
        const body = formOf(form);
        const { response } = await entra.entra.service.handle(
          new Request(url, { method: 'POST', body }),
        );
        assert.ok(response.status === 400 || response.status === 401);
        assert.match(await response.text(), /"error_codes":\[\d+\]/);
      },
    ),
    { numRuns: 300 },
  );
});

test('whatever the metadata service is asked for, it answers in its own way', async () => {
  const [service] = entra.entra.more;
  assert.ok(service);
  const names = constantFrom('api-version', 'resource', 'client_id', 'object_id', 'mi_res_id');
  await check(
    asyncProperty(dictionary(names, anything()), async (query) => {
      const search = formOf(query);
      const headers = { metadata: 'true' };
      const url = `${IMDS}?${search.toString()}`;
      const { response } = await service.handle(new Request(url, { headers }));
      assert.equal(response.status, 400);
      assert.match(await response.text(), /^\{"error":"\w+","error_description":"/);
    }),
    { numRuns: 300 },
  );
});

/** Things that somebody might expect at such a place, and others. */
function anything() {
  return oneof(
    string(),
    constantFrom<unknown>(
      'client_credentials',
      CLIENT,
      TENANT,
      'https://token.actions.githubusercontent.com',
      'RS256',
      'PS256',
      'none',
      -1,
      1e308,
      4_102_444_800,
      null,
      true,
      [],
      {},
      ['api://AzureADTokenExchange'],
    ),
  );
}

function formOf(fields: Readonly<Record<string, unknown>>): URLSearchParams {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) form.set(name, String(value));
  return form;
}

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
