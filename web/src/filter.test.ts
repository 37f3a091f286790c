import assert from 'node:assert/strict';
import test from 'node:test';

import { countGroups, noFilter, passes } from './filter.ts';
import { aDelivery, anEvent } from './sample-views.ts';

test('without a filter every event passes, also one without deliveries', () => {
  assert.equal(passes(anEvent({ deliveries: [] }), noFilter), true);
});

test('all words have to be there, wherever they are', () => {
  const event = anEvent({ deliveries: [aDelivery({ rule: 'integration-test' })] });

  assert.equal(passes(event, { ...noFilter, text: '  INTEGRATION wine ' }), true);
  assert.equal(passes(event, { ...noFilter, text: 'integration beer' }), false);
});

test('one delivery with one of the verdicts is enough', () => {
  const event = anEvent({
    deliveries: [aDelivery({ verdict: 'succeeded' }), aDelivery({ verdict: null })],
  });

  assert.equal(passes(event, { text: '', groups: new Set(['under_way', 'failed']) }), true);
  assert.equal(passes(event, { text: '', groups: new Set(['failed', 'lost']) }), false);
});

test('an event without deliveries has no verdict to be found by', () => {
  const event = anEvent({ deliveries: [] });

  assert.equal(passes(event, { text: '', groups: new Set(['succeeded']) }), false);
});

test('deliveries are counted by how they ended', () => {
  const events = [
    anEvent({ deliveries: [aDelivery({ verdict: 'lost' }), aDelivery({ verdict: null })] }),
    anEvent({ deliveries: [aDelivery({ verdict: 'lost' })] }),
  ];

  assert.deepEqual(
    [...countGroups(events)],
    [
      ['lost', 2],
      ['under_way', 1],
    ],
  );
});
