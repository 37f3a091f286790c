import assert from 'node:assert/strict';
import { test } from 'node:test';

import { waitMs } from './backoff.ts';

const backoff = { firstMs: 1000, longestMs: 60_000 };

test('the wait doubles with every try, up to the longest', () => {
  const waits = [1, 2, 3, 4, 7, 50].map((tries) => waitMs(backoff, tries, { chance: 1 }));

  assert.deepEqual(waits, [1000, 2000, 4000, 8000, 60_000, 60_000]);
});

test('chance takes at most half of it away', () => {
  assert.equal(waitMs(backoff, 3, { chance: 0 }), 2000);
});

test('it is never shorter than the other side asked for', () => {
  assert.equal(waitMs(backoff, 1, { chance: 0, retryAfterMs: 90_000 }), 90_000);
});
