import assert from 'node:assert/strict';
import { test } from 'node:test';

import { steadyClock } from './steady-clock.ts';

test('a clock that is set back goes on from where it was, one set forward is followed', () => {
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

  machineMs = 9_000_000;
  assert.equal(clock(), 9_000_000);
});
