import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';

import { memoryFolder } from '../memory-folder.ts';
import type { Ran } from '../report.ts';
import { failures } from './disk-control.ts';
import { diskSample } from './disk-suite.ts';

test('a write or a sync that fails, once or from then on, loses nothing and is answered 503', async (t) => {
  const report = await fail(t, { only: [...failures.keys()], cuts: 0 });
  if (!report) return;

  assert.deepEqual(report.first, []);
  assert.ok(report.tried > 0 && report.acknowledged > 0, `${report.tried} failures`);
});

test('nothing is acknowledged on what a failed sync has dropped', async (t) => {
  const syncs = [...failures.keys()].filter((index) => failures[index]?.on === 'sync');
  const report = await fail(t, { only: syncs, cuts: 100 });

  assert.deepEqual(report?.first ?? [], []);
});

const WITHIN_MS = 2500; // a slow machine does less in it

async function fail(
  t: TestContext,
  { only, cuts }: { readonly only: readonly number[]; readonly cuts: number },
): Promise<Ran | null> {
  const seed = process.env['SIGNALBOX_CHAOS_SEED'] ?? String(randomInt(1_000_000));
  t.diagnostic(`seed ${seed}`);
  const folder = mkdtempSync(path.join(memoryFolder(), 'signalbox-disk-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const report = await diskSample({ folder, seed, cuts, only, untilMs: Date.now() + WITHIN_MS });
  if (report.kind === 'ran') return report;
  t.skip(`nothing failed: ${report.because}`);
  return null;
}
