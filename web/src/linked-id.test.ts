import assert from 'node:assert/strict';
import test from 'node:test';

import { linkedId } from './linked-id.ts';

test('an address may lead to an event or a delivery', () => {
  assert.equal(linkedId('#evt_0197-a'), 'evt_0197-a');
  assert.equal(linkedId('#dlv_0197-a'), 'dlv_0197-a');
});

test('any other address leads to nothing', () => {
  assert.equal(linkedId(''), null);
  assert.equal(linkedId('#events'), null);
  assert.equal(linkedId('#evt_1/../../status'), null);
});
