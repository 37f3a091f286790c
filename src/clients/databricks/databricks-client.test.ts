import assert from 'node:assert/strict';
import { test } from 'node:test';

import { z } from 'zod';

import { isRefusal, PermanentError } from '../../lib/errors.ts';
import { Secret } from '../../lib/secret.ts';
import { openDatabricks } from './databricks-client.ts';
import { getRun } from './get-run.ts';

const { signal } = new AbortController();

test('a run has the tasks of all its pages', async () => {
  const client = answering((url) => {
    const page = Number(url.searchParams.get('page_token') ?? 0);
    const tasks = [{ task_key: `t${page}`, run_id: 10 + page }];
    return Response.json({ run_id: 1, tasks, ...(page < 2 && { next_page_token: `${page + 1}` }) });
  });

  const { tasks } = await getRun(client, '1', signal);

  assert.deepEqual(
    tasks.map(({ task_key }) => task_key),
    ['t0', 't1', 't2'],
  );
});

test('pages that go on for ever are given up', async () => {
  const client = answering(() => Response.json({ run_id: 1, next_page_token: 'again' }));

  await assert.rejects(getRun(client, '1', signal), PermanentError);
});

test('a run that is not there is not found, although its status is that of a wrong request', async () => {
  const said = ['Run 7 does not exist.', "Run: 7 in job: 1 doesn't exist"];

  for (const message of said) {
    const body = { error_code: 'INVALID_PARAMETER_VALUE', message };
    const client = answering(() => Response.json(body, { status: 400 }));
    assert.equal((await failureOf(client)).code, 'NOT_FOUND');
  }
});

test('a permission that is missing is told from a login that is', async () => {
  const denied = { error_code: 'PERMISSION_DENIED', message: 'No View permission on job 7' };
  const stale = { error_code: 403, message: 'Invalid access token.' };
  const none = { error_code: 401, message: 'Credential was not sent.' };

  const errors = [
    await failureOf(answering(() => Response.json(denied, { status: 403 }))),
    await failureOf(answering(() => Response.json(stale, { status: 403 }))),
    await failureOf(answering(() => Response.json(none, { status: 401 }))),
    await failureOf(answering(() => new Response('User not authorized.', { status: 403 }))),
  ];

  assert.deepEqual(
    errors.map(({ code }) => code),
    ['NOT_PERMITTED', 'LOGIN_REFUSED', 'LOGIN_REFUSED', 'NOT_PERMITTED'],
  );
  assert(errors.every(isRefusal));
});

test('a way that leads to a page to sign in is the wrong host, more often than not', async () => {
  const location = '/login.html?error=private-link-validation-error';
  const client = answering(() => new Response(null, { status: 303, headers: { location } }));

  const error = await failureOf(client);

  assert(isRefusal(error));
  assert.match(error.hint ?? '', /host/);
});

test('what is undefined is no part of a query', async () => {
  const seen: string[] = [];
  const client = answering((url) => {
    seen.push(url.search);
    return Response.json({});
  });

  const query = { name: 'a b&c', page_token: undefined };
  await client.get({ path: '/api/x', query, signal }, z.unknown());

  assert.deepEqual(seen, ['?name=a+b%26c']);
});

async function failureOf(client: ReturnType<typeof answering>): Promise<PermanentError> {
  const error: unknown = await getRun(client, '7', signal).catch((reason: unknown) => reason);
  assert(error instanceof PermanentError);
  return error;
}

/** The client, talking to a stand-in for a workspace. */
function answering(answer: (url: URL) => Response) {
  return openDatabricks({
    host: 'https://adb.test/',
    identity: { token: async () => new Secret('a-token') },
    fetch: async (...request) => answer(new URL(new Request(...request).url)),
  });
}
