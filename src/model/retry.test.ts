import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';

import { nextTry, type RetryPlan, type Tried } from './retry.ts';

const DAY_MS = 86_400_000;
const exponential: RetryPlan = {
  kind: 'exponential',
  firstMs: 1000,
  longestMs: 60_000,
  tries: null,
  forMs: DAY_MS,
};

test('a schedule has one wait for each further start, and is used up then', () => {
  const plan: RetryPlan = { kind: 'schedule', waitsMs: [10_000, 60_000], forMs: DAY_MS };

  assert.deepEqual(nextTry(plan, tried({ tries: 1 })), { kind: 'again', afterMs: 10_000 });
  assert.deepEqual(nextTry(plan, tried({ tries: 2 })), { kind: 'again', afterMs: 60_000 });
  assert.deepEqual(nextTry(plan, tried({ tries: 3, elapsedMs: 3_900_000 })), {
    kind: 'used_up',
    because: 'could not be started: tried 3 times in 1 h 5 m; the last time: HTTP 503',
  });
});

test('exponential waits double up to the longest, and chance takes any part of them', () => {
  const waits = [1, 2, 3, 7, 99].map((tries) => nextTry(exponential, tried({ tries })));

  assert.deepEqual(
    waits.map((next) => (next.kind === 'again' ? next.afterMs : null)),
    [1000, 2000, 4000, 60_000, 60_000],
  );
  assert.deepEqual(nextTry(exponential, tried({ chance: 0 })), { kind: 'again', afterMs: 0 });
});

test('the pause that the other side asks for is kept, whatever the plan', () => {
  const next = nextTry(exponential, tried({ retryAfterMs: 90_000 }));

  assert.deepEqual(next, { kind: 'again', afterMs: 90_000 });
});

test('a start that could only be made after the time is over is not waited for', () => {
  const elapsedMs = DAY_MS - 500;

  assert.equal(nextTry(exponential, tried({ elapsedMs })).kind, 'used_up');
  assert.equal(nextTry(exponential, tried({ elapsedMs, chance: 0.1 })).kind, 'again');
});

test('attempts are bounded where a number is given, and said as they were', () => {
  const next = nextTry({ ...exponential, tries: 1 }, tried({ elapsedMs: 12 }));

  assert.deepEqual(next, {
    kind: 'used_up',
    because: 'could not be started: tried once in 0 s; the last time: HTTP 503',
  });
});

test('no start is ever planned beyond the time that a plan has', () => {
  const times = fc.nat({ max: DAY_MS });
  fc.assert(
    fc.property(times, times, fc.nat({ max: 1000 }), (forMs, elapsedMs, tries) => {
      const next = nextTry({ ...exponential, forMs }, tried({ tries, elapsedMs }));
      return next.kind === 'used_up' || elapsedMs + next.afterMs <= forMs;
    }),
  );
});

function tried(other: Partial<Tried> = {}): Tried {
  return { tries: 1, elapsedMs: 0, because: 'HTTP 503', retryAfterMs: 0, chance: 1, ...other };
}
