import assert from 'node:assert/strict';
import { test } from 'node:test';

import { mutations } from './mutations.ts';
import { openStage } from './play.ts';

/** Within so many seeds each of the precautions below is missed when it is taken away. */
const SEEDS = 1000;

test('a start without a stored intent is found out', async (t) => {
  t.diagnostic(await alarmWithout('the intent is stored before the start', /has two runs/));
});

test('a start that is made again without a look is found out', async (t) => {
  t.diagnostic(await alarmWithout('an uncertain start is looked for', /has two runs/));
});

test('a look before the run could surface is found out', async (t) => {
  t.diagnostic(await alarmWithout('a run has the time to surface', /has two runs/));
});

test('a write by one who has lost the delivery is found out', async (t) => {
  t.diagnostic(await alarmWithout('who has lost a delivery writes nothing', /has written dlv_/));
});

test('an event that is taken in twice is found out', async (t) => {
  t.diagnostic(await alarmWithout('what is told twice is one event', /has made 2 events/));
});

test('two runs of one key at a time are found out', async (t) => {
  t.diagnostic(await alarmWithout('one at a time', /began while \d+ went on/));
});

test('more runs at a time than a target takes are found out', async (t) => {
  t.diagnostic(await alarmWithout('a target takes so many at once', /runs go on at/));
});

test('a call by one who was stopped for longer than its lease is found out', async (t) => {
  t.diagnostic(await alarmWithout('who was stopped does not call', /has two runs/));
});

/** Plays seeds without that precaution until an alarm says so. */
async function alarmWithout(precaution: keyof typeof mutations, says: RegExp): Promise<string> {
  const stage = openStage(new Map());
  const mutation = mutations[precaution];
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const { alarms } = await stage.play(seed, { mutation });
    const alarm = alarms.find((one) => says.test(one));
    if (alarm !== undefined) return `seed ${seed}: ${alarm}`;
  }
  assert.fail(`nobody missed it in ${SEEDS} seeds: ${precaution}`);
}
