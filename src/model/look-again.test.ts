import assert from 'node:assert/strict';
import { test } from 'node:test';

import { lookAgainAtMs } from './look-again.ts';

const often = { pollMs: 5000, longestPollMs: 120_000 };

test('a young run is looked at at every poll, an old one ever more rarely, up to a bound', () => {
  const ages = [0, 60_000, 200_000, 600_000, 3_600_000, 86_400_000];

  const waits = ages.map((forMs) => lookAgainAtMs(1_000_000, { ...often, forMs }) - 1_000_000);

  assert.deepEqual(waits, [5000, 5000, 10_000, 30_000, 120_000, 120_000]);
});

test('runs that are due at about the same time are due together', () => {
  const due = [1, 700, 2499].map((ms) => lookAgainAtMs(ms, { ...often, forMs: 0 }));

  assert.deepEqual(due, [7500, 7500, 7500]);
});

test('the bound is never below the polling interval', () => {
  const rare = { forMs: 86_400_000, pollMs: 60_000, longestPollMs: 1000 };

  assert.equal(lookAgainAtMs(0, rare), 60_000);
});
