import assert from 'node:assert/strict';
import { test } from 'node:test';

import { PermanentError } from '../lib/errors.ts';
import { Secret } from '../lib/secret.ts';
import { authorized } from './authorized.ts';
import type { Identity } from './identity.ts';

const { signal } = new AbortController();

test('a token that is turned away is replaced once', async () => {
  const sent: string[] = [];

  const answer = await authorized(loginWith(['old', 'new']), async (token) => {
    sent.push(token.reveal());
    if (token.reveal() === 'old') throw new PermanentError('LOGIN_REFUSED', 'no');
    return 'done';
  });

  assert.equal(answer, 'done');
  assert.deepEqual(sent, ['old', 'new']);
});

test('who is turned away with a fresh token, too, is refused', async () => {
  let sent = 0;
  const send = async () => {
    sent += 1;
    throw new PermanentError('LOGIN_REFUSED', 'no');
  };

  await assert.rejects(authorized(loginWith(['old', 'new', 'newer']), send), PermanentError);
  assert.equal(sent, 2);
});

test('no other failure is tried again, nor the same token twice', async () => {
  let sent = 0;
  const failing = (code: 'NOT_PERMITTED' | 'LOGIN_REFUSED') => async () => {
    sent += 1;
    throw new PermanentError(code, 'no');
  };

  await assert.rejects(authorized(loginWith(['old', 'new']), failing('NOT_PERMITTED')));
  await assert.rejects(authorized(loginWith(['same', 'same']), failing('LOGIN_REFUSED')));
  assert.equal(sent, 2);
});

function loginWith(tokens: readonly string[]) {
  let next = 0;
  const identity: Identity = {
    token: async () => {
      next += 1;
      return new Secret(tokens[next - 1] ?? assert.fail('asked too often'));
    },
  };
  return { identity, resource: 'a-resource', signal };
}
