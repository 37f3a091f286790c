import assert from 'node:assert/strict';
import { test } from 'node:test';

import { laneOf, laneOfRetries } from './lane.ts';

test('a lane is a rule and a model, and no longer than an index takes', () => {
  const long = 'w'.repeat(10_000);

  assert.equal(laneOf({ rule: 'release', model: 'wine' }), 'release:wine');
  assert.equal(laneOf({ rule: 'release', model: long }).length, 200);
  assert.notEqual(
    laneOf({ rule: 'release', model: `${long}a` }),
    laneOf({ rule: 'release', model: `${long}b` }),
  );
});

test('what is tried again has a lane beside the first, and stays in it', () => {
  const again = laneOfRetries('release:wine');

  assert.notEqual(again, 'release:wine');
  assert.equal(laneOfRetries(again), again);
});
