import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';

import { type Allowance, allowanceAt } from './rate.ts';

test('no minute sees more starts than are allowed, whenever they are asked for', () => {
  const waits = fc.array(fc.nat({ max: 7000 }), { minLength: 50, maxLength: 300 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 600 }), waits, (perMinute, all) => {
      const starts = startsOf(perMinute, all);
      const most = Math.max(
        ...starts.map((from) => starts.filter((at) => at >= from && at < from + 60_000).length),
      );
      assert.ok(most <= perMinute, `${most} of ${perMinute}`);
    }),
  );
});

test('who asks every second gets hardly less', () => {
  for (const perMinute of [1, 2, 7, 8, 20, 59, 60, 61, 90, 600]) {
    const starts = startsOf(
      perMinute,
      Array.from({ length: 601 }, () => 1000),
    );
    assert.ok(starts.length >= perMinute * 8.6, `${starts.length} of ${perMinute}`);
  }
});

/** When something was started, if as much as possible is after each wait. */
function startsOf(perMinute: number, waits: readonly number[]): readonly number[] {
  const starts: number[] = [];
  let nowMs = 1_767_225_600_000;
  let allowance: Allowance = { starts: 0, atMs: 0 };
  for (const wait of waits) {
    nowMs += wait;
    allowance = allowanceAt(allowance, perMinute, nowMs);
    const count = Math.floor(allowance.starts);
    for (let start = 0; start < count; start += 1) starts.push(nowMs);
    allowance = { ...allowance, starts: allowance.starts - count };
  }
  return starts;
}
