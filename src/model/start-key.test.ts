import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as fc from 'fast-check';

import { startKey } from './start-key.ts';

const start = { identity: 'prod|1', rule: 'release', target: 'devops', attempt: 1 };

test('the same attempt has the same key on every machine', () => {
  assert.equal(startKey(start), 'p45ucmgszam2zb4xrox36wwpmgzsrgrurempu77a5lh4gaz7wmmq');
});

test('another attempt, rule, target or event has another key', () => {
  const others = [
    { ...start, attempt: 2 },
    { ...start, rule: 'test' },
    { ...start, target: 'other' },
    { ...start, identity: 'prod|2' },
    // The parts are kept apart, so that nobody can shift a letter from one to the next.
    { ...start, rule: 'releasedev', target: 'ops' },
  ];

  assert.equal(new Set([start, ...others].map(startKey)).size, others.length + 1);
});

test('a key is 52 letters that every target takes', () => {
  fc.assert(
    fc.property(fc.string(), (identity) => {
      assert.match(startKey({ ...start, identity }), /^[a-z2-7]{52}$/);
    }),
  );
});
