import assert from 'node:assert/strict';
import { test } from 'node:test';

import { advance, phases, type Step } from './delivery.ts';

const steps: readonly Step[] = [
  'hold',
  'supersede',
  'begin',
  'started',
  'put_off',
  'doubt',
  'ended',
  'reported',
  'give_up',
  'cancel',
  'replay',
];

test('a start that nobody answered leads to looking, and from there to the run or to a start', () => {
  assert.equal(advance('starting', 'doubt'), 'uncertain');
  assert.equal(advance('uncertain', 'started'), 'running');
  assert.equal(advance('uncertain', 'begin'), 'starting');
});

test('a run can only be started by way of the stored intent', () => {
  const direct = phases.filter((phase) => leads(phase, 'started'));

  assert.deepEqual(direct, ['starting', 'uncertain']);
});

test('what has been reported moves no more, but for a person who replays it', () => {
  assert.deepEqual(
    steps.filter((step) => leads('reported', step)),
    ['replay'],
  );
});

test('only where nothing can be under way a wish to cancel ends a delivery', () => {
  const ended = phases.filter((phase) => leads(phase, 'cancel'));

  assert.deepEqual(ended, ['pending', 'held', 'waiting', 'uncertain']);
});

test('a step that there is not is a bug, and says so', () => {
  assert.throws(() => advance('reported', 'begin'), /is reported cannot take the step begin/);
});

function leads(phase: (typeof phases)[number], step: Step): boolean {
  try {
    advance(phase, step);
    return true;
  } catch {
    return false;
  }
}
