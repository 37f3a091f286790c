import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';

import { memoryFolder } from '../memory-folder.ts';
import type { Ran } from '../report.ts';
import { powerSuite } from './power-suite.ts';

test('wherever the power is cut, every acknowledged event is there', async (t) => {
  const report = await cut(t, { cuts: 300, isWeak: false });
  if (!report) return;

  assert.deepEqual(report.first, []);
  assert.equal(report.lost, 0);
  assert.equal(report.tried, 300);
  assert.ok(report.acknowledged > 1000, `${report.acknowledged} acknowledged`);
});

test('commits without a sync are found out', async (t) => {
  const report = await cut(t, { cuts: 100, isWeak: true });
  if (!report) return;

  assert.ok(report.lost > 0, 'nothing was lost');
  assert.ok(report.wrongs >= 5, `${report.wrongs} of ${report.tried} cuts show it`);
});

async function cut(
  t: TestContext,
  { cuts, isWeak }: { readonly cuts: number; readonly isWeak: boolean },
): Promise<Ran | null> {
  const seed = process.env['SIGNALBOX_CHAOS_SEED'] ?? String(randomInt(1_000_000));
  t.diagnostic(`seed ${seed}`);
  const folder = mkdtempSync(path.join(memoryFolder(), 'signalbox-power-'));
  t.after(() => rmSync(folder, { recursive: true }));
  // Kept where it can be cut again; what is weak on purpose need not be.
  const keepIn = isWeak ? null : path.join(os.tmpdir(), 'signalbox-chaos-test');
  const report = await powerSuite({ folder, seed, cuts, events: 40, isWeak, keepIn });
  if (report.kind === 'ran') return report;
  t.skip(`no power was cut: ${report.because}`);
  return null;
}
