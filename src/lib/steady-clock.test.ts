import assert from 'node:assert/strict';
import { test } from 'node:test';

import { steadyClock } from './steady-clock.ts';

test('a clock that is set back goes on from where it was, and follows one that is put right', () => {
  let machineMs = 1_000_000;
  let elapsedMs = 0;
  const clock = steadyClock(
    () => machineMs,
    () => elapsedMs,
  );

  machineMs -= 3_600_000;
  elapsedMs += 500;
  assert.equal(clock(), 1_000_500);
  machineMs += 500;
  elapsedMs += 500;
  assert.equal(clock(), 1_001_000);

  machineMs -= 3_600_000;
  for (let asked = 0; asked < 1000; asked += 1) {
    elapsedMs += 0.25;
    clock();
  }
  assert.equal(clock(), 1_001_250);

  machineMs = 1_004_000;
  assert.equal(clock(), 1_004_000);
});

test('a clock that is set far ahead goes on as before, until it is told to leap', () => {
  let machineMs = 1_000_000;
  let elapsedMs = 0;
  const clock = steadyClock(
    () => machineMs,
    () => elapsedMs,
  );

  machineMs += 3_600_000;
  elapsedMs += 500;
  assert.equal(clock(), 1_000_500);
  assert.equal(clock.aheadMs(), 3_599_500);
  clock.leap(clock.aheadMs());
  assert.deepEqual([clock(), clock.aheadMs()], [4_600_000, 0]);

  clock.leap(-3_600_000);
  assert.equal(clock.aheadMs(), 3_600_000, 'a leap that came to nothing is to be made again');
});
