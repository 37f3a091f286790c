import assert from 'node:assert/strict';
import test from 'node:test';

import { isTrouble, phaseLight, runLight, verdictLight, verdicts } from './verdict.ts';

test('only succeeded is green', () => {
  assert.deepEqual(
    verdicts.filter((verdict) => verdictLight(verdict).tone === 'green'),
    ['succeeded'],
  );
});

test('every verdict has a shape and a word of its own, so that colour is never alone', () => {
  const lights = verdicts.map(verdictLight);

  assert.equal(new Set(lights.map(({ sign }) => sign)).size, verdicts.length);
  assert.equal(new Set(lights.map(({ word }) => word)).size, verdicts.length);
});

test('the colours are those of the house', () => {
  assert.deepEqual(Object.fromEntries(verdicts.map((one) => [one, verdictLight(one).tone])), {
    failed: 'red',
    timed_out: 'red',
    refused: 'red',
    unproven: 'amber',
    lost: 'purple',
    canceled: 'grey',
    skipped: 'grey',
    succeeded: 'green',
  });
});

test('what has not ended is not green', () => {
  assert.equal(phaseLight('ended').tone, 'blue');
  assert.equal(runLight('running').tone, 'blue');
  assert.equal(runLight('started').tone, 'blue');
});

test('an unknown status is shown as it is, never green', () => {
  assert.deepEqual(runLight('constructor'), {
    tone: 'plain',
    sign: 'question',
    word: 'constructor',
  });
});

test('a part that failed asks for a look, one that was skipped after it does not', () => {
  assert.equal(isTrouble('failed'), true);
  assert.equal(isTrouble('timed_out'), true);
  assert.equal(isTrouble('skipped'), false);
  assert.equal(isTrouble('succeeded'), false);
  assert.equal(isTrouble('running'), false);
});
