import assert from 'node:assert/strict';
import test from 'node:test';

import { ago, duration } from './duration.ts';

test('a span is told in two units at most', () => {
  assert.equal(duration(4), '< 0.1 s');
  assert.equal(duration(400), '0.4 s');
  assert.equal(duration(2000), '2 s');
  assert.equal(duration(9960), '10 s');
  assert.equal(duration(185_000), '3 min 5 s');
  assert.equal(duration(60_000), '1 min');
  assert.equal(duration(2 * 3_600_000 + 4 * 60_000 + 9000), '2 h 4 min');
  assert.equal(duration(3 * 86_400_000 + 2 * 3_600_000), '3 d 2 h');
});

test('a rounded span carries over: 59.9 s is a minute', () => {
  assert.equal(duration(59_900), '1 min');
  assert.equal(duration(3_599_900), '1 h');
});

test('clocks that disagree make no negative span', () => {
  assert.equal(duration(-5000), '0 s');
  assert.equal(duration(Number.NaN), '0 s');
  assert.equal(ago(-5000), 'just now');
});

test('the past is told in one unit', () => {
  assert.equal(ago(4999), 'just now');
  assert.equal(ago(12_000), '12 s ago');
  assert.equal(ago(185_000), '3 min ago');
  assert.equal(ago(26 * 3_600_000), '1 d ago');
});
