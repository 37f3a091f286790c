import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isContactLost } from './contact.ts';

const lostAfterMs = 86_400_000;

test('contact is lost when a run was out of sight for long, in many looks', () => {
  assert.equal(isContactLost({ unseenForMs: lostAfterMs + 1, failedLooks: 5, lostAfterMs }), true);
  assert.equal(isContactLost({ unseenForMs: lostAfterMs, failedLooks: 500, lostAfterMs }), false);
});

test('the first look that fails after we were stopped ourselves proves nothing', () => {
  assert.equal(isContactLost({ unseenForMs: 9 * lostAfterMs, failedLooks: 1, lostAfterMs }), false);
});
