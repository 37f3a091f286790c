import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  asyncProperty,
  constantFrom,
  dictionary,
  assert as forAll,
  jsonValue,
  oneof,
  string,
} from 'fast-check';

import { openForTest, READER, TOKEN } from './open-for-test.ts';

const REPOSITORY = '/repos/contoso/wine-quality';

test('a token is taken in each of the ways it can be sent', async () => {
  const github = openForTest();
  const basic = Buffer.from(`ann:${TOKEN}`).toString('base64');

  for (const authorization of [`Bearer ${TOKEN}`, `token ${TOKEN}`, `Basic ${basic}`]) {
    const { status, body } = await github.call('GET', '/user', undefined, { authorization });
    assert.deepEqual([status, body['login']], [200, 'ann'], authorization);
  }
});

test('a wrong token is a 401; without any, what is private is not there', async () => {
  const github = openForTest();

  const wrong = await github.call('GET', REPOSITORY, undefined, { authorization: 'token wrong' });
  const nobody = await github.call('GET', REPOSITORY, undefined, {});
  const nameless = await github.call('GET', REPOSITORY, undefined, {
    'user-agent': '',
    authorization: `token ${TOKEN}`,
  });

  assert.deepEqual(wrong.body, {
    message: 'Bad credentials',
    documentation_url: 'https://docs.github.com/rest',
    status: '401',
  });
  assert.equal(nobody.status, 404);
  assert.equal(nameless.status, 403);
  assert.match(nameless.text, /Please make sure your request has a User-Agent header/u);
});

test('who may only read starts nothing', async () => {
  const github = openForTest();
  const path = `${REPOSITORY}/actions/workflows/release.yml/dispatches`;
  const body = { ref: 'main', inputs: { version: '1' } };

  const refused = await github.call('POST', path, body, { authorization: `token ${READER}` });

  assert.equal(refused.status, 403);
  assert.match(refused.text, /Resource not accessible by personal access token/u);
});

test('every request takes one of its hour, until there is none left', async () => {
  const github = openForTest({ rate_limit: 2 });
  const first = await github.call('GET', REPOSITORY);
  await github.call('GET', '/rate_limit');
  await github.call('GET', `${REPOSITORY}/nothing`);
  const second = await github.call('GET', `${REPOSITORY}/branches/nowhere`);
  const third = await github.call('GET', REPOSITORY);
  github.clock.advance(3_600_000);

  const remaining = [first, second, third].map(({ headers }) =>
    headers.get('x-ratelimit-remaining'),
  );
  assert.deepEqual(remaining, ['1', '0', '0']);
  assert.deepEqual([first.status, second.status, third.status], [200, 404, 403]);
  assert.match(third.text, /API rate limit exceeded for user ID 1\./u);
  assert.ok(Number(third.headers.get('x-ratelimit-reset')) > github.clock.now() / 1000 - 1);
  assert.equal((await github.call('GET', REPOSITORY)).status, 200);
});

test('the statuses of a commit are combined: who failed decides', async () => {
  const github = openForTest();
  const { body: branch } = await github.call('GET', `${REPOSITORY}/branches/main`);
  const sha = /"sha":"([0-9a-f]{40})"/u.exec(JSON.stringify(branch))?.[1];
  const set = (state: string, context: string) =>
    github.ok('POST', `/statuses/${sha}`, { state, context, target_url: 'https://example.com/1' });
  const combined = async () => (await github.ok('GET', '/commits/main/status'))['state'];

  const states = [await combined()];
  await set('pending', 'signalbox');
  await set('success', 'lint');
  states.push(await combined());
  await set('success', 'signalbox');
  states.push(await combined());
  await set('error', 'lint');
  states.push(await combined());

  assert.deepEqual(states, ['pending', 'pending', 'success', 'failure']);
  const { text } = await github.call('GET', `${REPOSITORY}/commits/${sha}/statuses`);
  assert.equal(text.match(/"context":/gu)?.length, 4);
});

test('a status that cannot be is refused', async () => {
  const github = openForTest();
  const sha = 'f'.repeat(40);

  assert.equal(
    await github.refusal('POST', `/statuses/${sha}`, { state: 'success' }),
    `422 No commit found for SHA: ${sha}`,
  );
  const { body: branch } = await github.call('GET', `${REPOSITORY}/branches/main`);
  const known = /"sha":"([0-9a-f]{40})"/u.exec(JSON.stringify(branch))?.[1];
  assert.equal(
    await github.refusal('POST', `/statuses/${known}`, { state: 'green' }),
    '422 Validation Failed',
  );
  assert.match(
    await github.refusal('POST', `/statuses/${known}`, {}),
    /"state" wasn't supplied\./u,
  );
});

test('workflows are listed, and found by the name of their file', async () => {
  const github = openForTest();

  const all = await github.ok('GET', '/actions/workflows');
  const one = await github.ok('GET', '/actions/workflows/release.yml');

  assert.equal(all['total_count'], 2);
  assert.deepEqual(
    [one['name'], one['path'], one['state']],
    ['Release', '.github/workflows/release.yml', 'active'],
  );
});

test('whatever is asked, the answer is one that GitHub could give', async () => {
  const github = openForTest({ rate_limit: 1_000_000 });
  const [api] = github.services;
  const routes = (api?.routes ?? []).map(({ method, path }) => ({
    method,
    path: path.replace(':owner', 'contoso').replace(':repo', 'wine-quality'),
  }));
  const keys = constantFrom('ref', 'inputs', 'state', 'context', 'created', 'page', 'per_page');
  const parts = constantFrom('1', 'main', 'release.yml', '18400000002', '%', '..', 'x');

  await forAll(
    asyncProperty(
      constantFrom(...routes),
      parts,
      dictionary(oneof(keys, string()), oneof(jsonValue(), parts)),
      async ({ method, path }, part, fields) => {
        const place = path.replaceAll(/:\w+/gu, part);
        const query = new URLSearchParams(
          Object.entries(fields).map(([name, value]): [string, string] => [
            name,
            typeof value === 'string' ? value : JSON.stringify(value),
          ]),
        );
        const { status, text } =
          method === 'GET'
            ? await github.call(method, `${place}?${query.toString()}`)
            : await github.call(method, place, fields);
        assert.ok([200, 201, 202, 204, 302, 404, 409, 422].includes(status), `${status} ${text}`);
        if (status >= 400) assert.match(text, /^\{"message":".*"status":"4\d\d"\}$/su);
      },
    ),
    { numRuns: 300 },
  );
});
