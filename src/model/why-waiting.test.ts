import assert from 'node:assert/strict';
import { test } from 'node:test';

import { closed } from './breaker.ts';
import { noLimits } from './terms.ts';
import { type Standing, whyWaiting } from './why-waiting.ts';

const NOW_MS = 1_767_225_600_000;

test('a target that takes no more says how many runs are under way there', () => {
  const limits = { concurrent: 20, startsPerMinute: null };

  assert.equal(
    whyWaiting(standing({ underWay: 20 }), limits, NOW_MS),
    'waits: 20 runs are under way at devops',
  );
  assert.equal(whyWaiting(standing({ underWay: 19 }), limits, NOW_MS), null);
});

test('a target that gets no more starts for now says how many it gets', () => {
  const limits = { concurrent: null, startsPerMinute: 60 };
  const usedUp = standing({ allowance: { starts: 0, atMs: NOW_MS } });

  assert.equal(whyWaiting(usedUp, limits, NOW_MS), 'waits: devops gets 60 starts a minute');
  // A little less than one comes back each second.
  assert.equal(whyWaiting(usedUp, limits, NOW_MS + 1100), null);
});

test('a target that does not work says when it is tried again, and what it said', () => {
  const breaker = { ...closed, openings: 1, probeAtMs: NOW_MS, reason: 'HTTP 503' };

  assert.equal(
    whyWaiting(standing({ breaker }), noLimits, NOW_MS),
    'waits: devops does not work, and is tried again at 2026-01-01T00:00:00.000Z: HTTP 503',
  );
});

function standing(other: Partial<Standing>): Standing {
  const allowance = { starts: 1, atMs: NOW_MS };
  return { name: 'devops', breaker: closed, allowance, underWay: 0, ...other };
}
