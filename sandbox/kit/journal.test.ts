import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openHiddenValues } from './hidden-values.ts';
import { type JournalEntry, openJournal } from './journal.ts';

test('the oldest entries go when there are too many, and when their bodies take too much', () => {
  const journal = openJournal(openHiddenValues());

  for (let count = 0; count < 10_001; count += 1) journal.add(entryWith(null));
  assert.equal(journal.since(0).length, 10_000);
  assert.equal(journal.since(0)[0]?.seq, 2);

  const large = 'x'.repeat(1024 * 1024);
  for (let count = 0; count < 20; count += 1) journal.add(entryWith(large));
  assert.equal(journal.since(0).length, 15);
  assert.equal(journal.since(0).at(-1)?.seq, 10_021);
});

function entryWith(response: unknown): Omit<JournalEntry, 'seq'> {
  return {
    direction: 'in',
    atMs: 0,
    tookMs: 0,
    service: 'databricks',
    method: 'GET',
    host: 'adb-1.7.azuredatabricks.net',
    path: '/api/2.1/jobs/list',
    query: {},
    status: 200,
    principal: null,
    action: null,
    fault: null,
    request: null,
    response,
  };
}
