import assert from 'node:assert/strict';
import { test } from 'node:test';

import { extend } from './claims.ts';
import type { Dialect } from './dialect.ts';
import { play } from './statement.ts';

test('the leases of a hundred deliveries run on with one statement, however slow we are', () => {
  const held = Array.from({ length: 100 }, (_, at) => ({ id: `dlv_${at}`, epoch: at }));
  let statements = 0;

  const still = play(extend(dialect, held, 30_000), () => {
    statements += 1;
    return held.slice(1).map(({ id }) => ({ id }));
  });

  assert.equal(statements, 1);
  assert.equal(still.size, 99);
  assert.ok(!still.has('dlv_0'));
});

const dialect: Dialect = {
  // oxlint-disable-next-line require-yield -- others have to ask
  *clock() {
    return 1000;
  },
  *lock() {},
  // oxlint-disable-next-line require-yield -- there is nobody else
  *tryLock() {
    return true;
  },
  *hold() {},
};
