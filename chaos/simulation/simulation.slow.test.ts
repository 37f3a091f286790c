import assert from 'node:assert/strict';
import { test } from 'node:test';

import { alarmLine, simulate, summaryOf } from './simulate.ts';

test('ten thousand seeds pass without a violation', async (t) => {
  const simulated = await simulate({ from: 10_001, seeds: 10_000, jobs: 2 });

  t.diagnostic(summaryOf(simulated));
  assert.deepEqual(simulated.alarms.map(alarmLine), []);
});
