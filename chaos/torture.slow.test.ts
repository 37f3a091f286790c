import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { torture } from './torture.ts';

test('torture does a little of each on any volume, and leaves nothing behind', async (t) => {
  const folder = mkdtempSync(path.join(realpathSync(os.tmpdir()), 'signalbox-torture-'));
  t.after(() => rmSync(folder, { recursive: true }));

  const reports = await torture({ data: folder, seed: '7', seconds: 1 });

  assert.deepEqual(
    reports.map(({ suite }) => suite),
    ['power', 'disk', 'kill'],
  );
  for (const report of reports) {
    if (report.kind !== 'ran') continue;
    assert.equal(report.seed, '7');
    assert.ok(report.tried > 0, `${report.suite} tried nothing`);
    // What failing disks do to a store is asserted where they fail, in chaos/disk.
    if (report.suite !== 'disk') assert.deepEqual(report.first, []);
  }
  assert.deepEqual(readdirSync(folder), []);
});
