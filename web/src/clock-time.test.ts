import assert from 'node:assert/strict';
import test from 'node:test';

import { clockTime } from './clock-time.ts';

test('a time of today needs no date', () => {
  const at = new Date(2026, 10, 23, 14, 2, 11);
  const now = new Date(2026, 10, 23, 18, 0, 0);

  assert.equal(clockTime(at.toISOString(), now.getTime()), '14:02:11');
});

test('a time of another day has its date, and of another year the year', () => {
  const at = new Date(2026, 10, 23, 0, 0, 9);

  const tomorrow = new Date(2026, 10, 24, 0, 1, 0);
  const later = new Date(2027, 0, 2, 0, 1, 0);

  assert.equal(clockTime(at.toISOString(), tomorrow.getTime()), '23 Nov, 00:00:09');
  assert.equal(clockTime(at.toISOString(), later.getTime()), '23 Nov 2026, 00:00:09');
});

test('what is no time is shown as it is', () => {
  assert.equal(clockTime('soon', 0), 'soon');
});
