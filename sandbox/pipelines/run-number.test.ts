import assert from 'node:assert/strict';
import { test } from 'node:test';

import { runNumber } from './run-number.ts';

const nowMs = Date.UTC(2026, 7, 22, 9, 5, 3);

test('a run has the date and counts up', () => {
  assert.equal(numbered(null, 4), '20260822.4');
  assert.equal(numbered('$(Date:yyyy-MM-dd)_$(Rev:rrr)', 12), '2026-08-22_012');
});

test('a number may hold times and variables, and stays without a count if it has none', () => {
  assert.equal(numbered('$(Year:yy)$(DayOfYear) $(Hours):$(Minutes)'), '26234 09:05');
  assert.equal(numbered('$(BuildDefinitionName)-$(nosuch)'), 'CI-$(nosuch)');
});

test('the count belongs to the text around it', () => {
  const asked: string[] = [];
  runNumber({
    format: 'a-$(Date:MMdd).$(Rev:r)',
    nowMs,
    valueOf: () => undefined,
    revisionOf: (around) => asked.push(around),
  });

  assert.deepEqual(asked, ['a-0822.']);
});

function numbered(format: string | null, revision = 1): string {
  return runNumber({
    format,
    nowMs,
    valueOf: (name) => (name === 'BuildDefinitionName' ? 'CI' : undefined),
    revisionOf: () => revision,
  });
}
