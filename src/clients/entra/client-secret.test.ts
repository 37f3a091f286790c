import assert from 'node:assert/strict';
import { test } from 'node:test';

import { PermanentError, TransientError } from '../../lib/errors.ts';
import { Secret } from '../../lib/secret.ts';
import { clientSecretIdentity } from './client-secret.ts';

const DATABRICKS = '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d';
const AZURE_DEVOPS = '499b84ac-1321-427f-aa17-267ca6975798';
const { signal } = new AbortController();

test('logs in with its secret, encoded as a form, for the resource alone', async () => {
  const requests: Request[] = [];
  const identity = answering((request) => {
    requests.push(request);
    return granted(tokenFor({}));
  });

  const token = await identity.token(DATABRICKS, signal);

  assert.equal(token.reveal(), tokenFor({}));
  assert.equal(requests[0]?.url, 'https://login.microsoftonline.com/contoso/oauth2/v2.0/token');
  assert.deepEqual(Object.fromEntries(new URLSearchParams(await requests[0]?.text())), {
    grant_type: 'client_credentials',
    client_id: 'app-1',
    client_secret: 'a+b&c=d%',
    scope: `${DATABRICKS}/.default`,
  });
});

test('a token is kept for its resource, and fetched once for all who ask together', async () => {
  let calls = 0;
  const identity = answering(async (request) => {
    calls += 1;
    const form = new URLSearchParams(await request.text());
    return granted(tokenFor({ aud: form.get('scope')?.replace('/.default', '') }));
  });

  await Promise.all([identity.token(DATABRICKS, signal), identity.token(DATABRICKS, signal)]);
  await identity.token(DATABRICKS, signal);
  assert.equal(calls, 1);

  await identity.token(AZURE_DEVOPS, signal);
  assert.equal(calls, 2);
});

test('a token is renewed five minutes before its end', async () => {
  const clock = { nowMs: 0 };
  let calls = 0;
  const identity = answering(() => {
    calls += 1;
    return granted(tokenFor({ exp: 3600 * calls }));
  }, clock);

  await identity.token(DATABRICKS, signal);
  clock.nowMs = 3_290_000;
  await identity.token(DATABRICKS, signal);
  assert.equal(calls, 1);

  clock.nowMs = 3_310_000;
  await identity.token(DATABRICKS, signal);
  assert.equal(calls, 2);
});

test('while Entra ID is busy the old token does, as long as it lasts', async () => {
  const clock = { nowMs: 0 };
  let isBusy = false;
  const identity = answering(
    () => (isBusy ? Response.json({}, { status: 503 }) : granted(tokenFor({}))),
    clock,
  );
  await identity.token(DATABRICKS, signal);
  isBusy = true;

  clock.nowMs = 3_400_000;
  assert.equal((await identity.token(DATABRICKS, signal)).reveal(), tokenFor({}));

  clock.nowMs = 3_550_000;
  await assert.rejects(identity.token(DATABRICKS, signal), TransientError);
});

test('a token that a service turned away is not given out again', async () => {
  let calls = 0;
  const identity = answering(() => {
    calls += 1;
    return granted(tokenFor({ jti: calls }));
  });
  const first = await identity.token(DATABRICKS, signal);

  const second = await identity.token(DATABRICKS, signal, first);

  assert.notEqual(second.reveal(), first.reveal());
  assert.equal((await identity.token(DATABRICKS, signal, first)).reveal(), second.reveal());
  assert.equal(calls, 2);
});

test('a token that can be of no use is refused before it is used', async () => {
  const useless = [
    '',
    'null',
    'a.b',
    `${JSON.stringify({})}.x.y`,
    tokenFor({ aud: AZURE_DEVOPS }),
    tokenFor({ exp: 0 }),
  ];

  for (const token of useless) {
    await assert.rejects(answering(() => granted(token)).token(DATABRICKS, signal), isLoginRefused);
  }
});

test('an answer without a token is no login', async () => {
  const identity = answering(() => Response.json({ access_token: null }));

  await assert.rejects(identity.token(DATABRICKS, signal), PermanentError);
});

test('a secret that is not there is noticed before any call', async () => {
  for (const secret of ['', ' ', 'null', '$(SP_CREDENTIAL)']) {
    const identity = answering(() => assert.fail('called'), { nowMs: 0 }, secret);

    await assert.rejects(identity.token(DATABRICKS, signal), isLoginRefused);
  }
});

test('a refusal says what to repair', async () => {
  const cases = [
    [7_000_215, /not its id/],
    [7_000_222, /expired/],
    [700_016, /client id/],
    [90_002, /no such tenant/],
    [500_011, /tenant/],
  ] as const;

  for (const [code, hint] of cases) {
    const identity = answering(() => refused(code));
    await assert.rejects(identity.token(DATABRICKS, signal), (error) => {
      assert(isLoginRefused(error));
      assert.match(error.hint ?? '', hint);
      assert.doesNotMatch(error.message, /a\+b&c/);
      return true;
    });
  }
});

test('a refused login is tried again the next time', async () => {
  let calls = 0;
  const identity = answering(() => {
    calls += 1;
    return calls === 1 ? refused(7_000_215) : granted(tokenFor({}));
  });
  await assert.rejects(identity.token(DATABRICKS, signal), PermanentError);

  assert.equal((await identity.token(DATABRICKS, signal)).reveal(), tokenFor({}));
});

test('who stops waiting does not stop the others', async () => {
  const { promise, resolve } = Promise.withResolvers<Response>();
  const identity = answering(() => promise);
  const stopping = new AbortController();
  const impatient = identity.token(DATABRICKS, stopping.signal);
  const patient = identity.token(DATABRICKS, signal);

  stopping.abort(new Error('stopped'));
  await assert.rejects(impatient, /stopped/);
  resolve(granted(tokenFor({})));

  assert.equal((await patient).reveal(), tokenFor({}));
});

function isLoginRefused(error: unknown): error is PermanentError {
  return error instanceof PermanentError && error.code === 'LOGIN_REFUSED';
}

/** The identity, talking to a stand-in for Entra ID. */
function answering(
  answer: (request: Request) => Response | Promise<Response>,
  clock = { nowMs: 0 },
  secret = 'a+b&c=d%',
) {
  return clientSecretIdentity({
    tenant: 'contoso',
    clientId: 'app-1',
    secret: new Secret(secret),
    fetch: async (...request) => await answer(new Request(...request)),
    now: () => clock.nowMs,
  });
}

function granted(token: string): Response {
  return Response.json({ token_type: 'Bearer', expires_in: 3599, access_token: token });
}

function refused(code: number): Response {
  const body = {
    error: 'invalid_client',
    error_description: `AADSTS${code}: No.\r\nTrace ID: 1`,
    error_codes: [code],
  };
  return Response.json(body, { status: 401 });
}

function tokenFor(claims: Readonly<Record<string, unknown>>): string {
  const payload = { aud: DATABRICKS, exp: 3600, ...claims };
  return `${base64url({ alg: 'RS256' })}.${base64url(payload)}.signature`;
}

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
