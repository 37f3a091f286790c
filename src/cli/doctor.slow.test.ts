import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { z } from 'zod';

const MAIN = path.join(import.meta.dirname, '../main.ts');

test('doctor --disk measures the volume of a folder that is not there yet, and makes none', (t) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-doctor-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const data = path.join(folder, 'data/store');

  const { status, stdout } = doctor('--disk', `--data=${data}`, '--output=json');

  const read: unknown = JSON.parse(stdout);
  const found = z.object({ folder: z.string(), finding: z.string() }).parse(read);
  assert.equal(found.folder, folder);
  assert.equal(status, found.finding === 'well' ? 0 : 1);
  assert.ok(!existsSync(path.join(folder, 'data')));
});

test('doctor that is not told what to check is used wrongly', () => {
  const { status, stderr } = doctor();

  assert.equal(status, 2);
  assert.match(stderr, /--disk/);
});

function doctor(...args: readonly string[]) {
  return spawnSync(process.execPath, [MAIN, 'doctor', ...args], { encoding: 'utf8' });
}
