import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openDatabaseClock } from './database-clock.ts';

test('a machine whose own clock is wrong goes by the database', () => {
  const { clock, pass } = openClocks({ machineMs: 50_000 });
  const heard = clock.ask();
  pass(10);
  heard(1_000_005);

  assert.equal(clock.now(), 1_000_005);
  pass(100);
  assert.equal(clock.now(), 1_000_105);
});

test('an answer that waited in a stopped process does not set the clock back', () => {
  const { clock, pass } = openClocks({ machineMs: 0 });
  clock.ask()(1_000_000);
  const heard = clock.ask();
  pass(60_000);
  heard(1_000_001);

  assert.equal(clock.now(), 1_060_000);
});

test('a database whose clock was set back is followed', () => {
  const { clock, pass } = openClocks({ machineMs: 0 });
  clock.ask()(1_000_000);
  const heard = clock.ask();
  pass(4);
  heard(500_000);

  assert.equal(clock.now(), 500_004);
});

/** A machine that shows another time than the database, and whose time is moved by hand. */
function openClocks({ machineMs }: { readonly machineMs: number }) {
  let elapsedMs = 77;
  return {
    clock: openDatabaseClock(machineMs, () => elapsedMs),
    pass: (ms: number) => {
      elapsedMs += ms;
    },
  };
}
