import assert from 'node:assert/strict';
import { test } from 'node:test';

import { afterCall, afterProbe, type Breaker, callsOf, closed, type Heard } from './breaker.ts';

const AT_MS = 1_767_225_600_000;

test('four failures are borne, the fifth in a row is too much', () => {
  const four = failing(4);
  assert.equal(callsOf(four, 32, AT_MS), 32);

  const five = afterCall(four, failed(), 1);

  assert.deepEqual([five.openings, five.probeAtMs, five.openSinceMs], [1, AT_MS + 2000, AT_MS]);
  assert.equal(callsOf(five, 32, AT_MS + 1999), 0);
  assert.equal(callsOf(five, 32, AT_MS + 2000), 1);
});

test('an answer in between begins the count anew', () => {
  const answered = afterCall(failing(4), { kind: 'answered' }, 1);

  assert.equal(afterCall(answered, failed(), 1).openings, 0);
});

test('whoever asks for a pause gets it at the first word', () => {
  const paused = afterCall(closed, failed({ retryAfterMs: 30_000 }), 0);

  assert.equal(callsOf(paused, 32, AT_MS + 29_999), 0);
  assert.equal(callsOf(paused, 32, AT_MS + 30_000), 1);
});

test('each try that fails is followed by a longer wait, to a minute at most, to a second at least', () => {
  let breaker = failing(5);
  const waits: number[] = [];
  for (let round = 0; round < 8; round += 1) {
    breaker = afterCall(breaker, failed({ isProbe: true }), 1);
    waits.push(breaker.probeAtMs - AT_MS);
  }

  assert.deepEqual(waits, [4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000, 60_000]);
  assert.equal(afterCall(breaker, failed({ isProbe: true }), 0).probeAtMs, AT_MS + 1000);
});

test('what was under way when it was found not to work does not prolong the wait', () => {
  const open = failing(5);

  assert.equal(afterCall(open, failed(), 1).probeAtMs, open.probeAtMs);
  assert.equal(afterCall(open, failed({ retryAfterMs: 9000 }), 1).probeAtMs, AT_MS + 9000);
});

test('while one tries it nobody else does', () => {
  const trying = afterProbe(failing(5), { nowMs: AT_MS + 2000, patienceMs: 30_000 });

  assert.equal(callsOf(trying, 32, AT_MS + 31_999), 0);
  assert.equal(callsOf(trying, 32, AT_MS + 32_000), 1);
});

test('one answer, and it is called as ever', () => {
  assert.deepEqual(afterCall(failing(9), { kind: 'answered' }, 1), closed);
  assert.deepEqual(afterProbe(closed, { nowMs: AT_MS, patienceMs: 30_000 }), closed);
});

function failing(times: number): Breaker {
  return Array.from({ length: times }, () => failed()).reduce<Breaker>(
    (so, heard) => afterCall(so, heard, 1),
    closed,
  );
}

function failed(other: Partial<Extract<Heard, { kind: 'failed' }>> = {}): Heard {
  const usual = { kind: 'failed', atMs: AT_MS, reason: 'HTTP 503', retryAfterMs: 0 } as const;
  return { ...usual, isProbe: false, ...other };
}
