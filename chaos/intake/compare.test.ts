import assert from 'node:assert/strict';
import { test } from 'node:test';

import { compare, wrongs } from './compare.ts';
import { emptyLedger, enter, type Ledger } from './ledger.ts';

test('what was acknowledged and is there is right, and so is what was on its way', () => {
  const ledger = ledgerOf('told 1 0', 'acked 1 0', 'told 2 0', 'told 4 0');

  assert.deepEqual(wrongs(compare(ledger, [found(1), found(2)])), []);
});

test('an acknowledged event that is not there is lost', () => {
  const ledger = ledgerOf('told 1 0', 'acked 1 0');

  assert.deepEqual(wrongs(compare(ledger, [])), ['1 lost']);
});

test('an event that is there twice, or was never sent, is wrong', () => {
  const ledger = ledgerOf('told 1 0', 'acked 1 0');

  assert.deepEqual(wrongs(compare(ledger, [found(1), found(1), found(5)])), [
    '1 doubled',
    '1 invented',
  ]);
});

test('an event without all of its deliveries is half a transaction', () => {
  const ledger = ledgerOf('told 3 0');

  assert.deepEqual(wrongs(compare(ledger, [{ ...found(3), deliveries: 1 }])), ['1 halved']);
});

test('an intent that was durable must not be forgotten, one on its way may be', () => {
  const sure = ledgerOf('told 1 0', 'acked 1 0', 'intending 1 1', 'intended 1 1');
  const unsure = ledgerOf('told 1 0', 'acked 1 0', 'intending 1 1');

  assert.deepEqual(wrongs(compare(sure, [found(1)])), ['1 forgotten']);
  assert.deepEqual(wrongs(compare(unsure, [found(1)])), []);
});

test('a line that was cut short is no entry', () => {
  const ledger = emptyLedger();

  enter(ledger, 'told 1 0\nacked 1 0\nacked 12');

  assert.deepEqual([...ledger.acknowledged], [1]);
});

function ledgerOf(...lines: readonly string[]): Ledger {
  const ledger = emptyLedger();
  enter(ledger, lines.map((line) => `${line}\n`).join(''));
  return ledger;
}

function found(number: number) {
  return { number, deliveries: number % 3 === 0 ? 2 : 1, tries: 0 };
}
