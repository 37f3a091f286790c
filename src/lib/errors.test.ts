import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isRefusal, PermanentError, TransientError } from './errors.ts';

test('login and permission are refusals, and no other permanent error is', () => {
  assert.equal(isRefusal(new PermanentError('LOGIN_REFUSED', 'wrong secret')), true);
  assert.equal(isRefusal(new PermanentError('NOT_PERMITTED', 'no right to queue')), true);
  assert.equal(isRefusal(new PermanentError('REFUSED', 'no such parameter')), false);
  assert.equal(isRefusal(new TransientError('BUSY', 'later')), false);
});

test('an error is named after its class, and keeps what it came from', () => {
  const cause = new Error('socket hang up');

  const error = new TransientError('UNANSWERED', 'no answer', { cause, hint: 'Is it up?' });

  assert.equal(error.name, 'TransientError');
  assert.equal(error.cause, cause);
  assert.equal(error.hint, 'Is it up?');
});
