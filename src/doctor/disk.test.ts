import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { ConfigError } from '../lib/errors.ts';
import { judgeDisk, measureDisk } from './disk.ts';

const EXT4 = 0xef53;
const TMPFS = 0x01021994;

test('a disk is well between slow and too fast to be true', () => {
  const kinds = [3, 99, 100, 8000, 50_000, 50_001, 400_000].map(
    (commitsPerSecond) => judgeDisk({ commitsPerSecond, fileSystem: EXT4 }).kind,
  );

  assert.deepEqual(kinds, ['slow', 'slow', 'well', 'well', 'well', 'too_fast', 'too_fast']);
});

test('memory is no disk, however fast or slow it is', () => {
  assert.equal(judgeDisk({ commitsPerSecond: 800, fileSystem: TMPFS }).kind, 'memory');
});

test('a volume is measured, and nothing is left on it', (t) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-doctor-'));
  t.after(() => rmSync(folder, { recursive: true }));

  const check = measureDisk(folder, 50);

  assert.ok(check.commitsPerSecond > 0, `${check.commitsPerSecond} commits per second`);
  assert.ok(check.slowestMs >= check.medianMs);
  assert.deepEqual(readdirSync(folder), []);
});

test('memory is found out by measuring it, too', { skip: noMemoryFolder() }, (t) => {
  const folder = mkdtempSync('/dev/shm/signalbox-doctor-');
  t.after(() => rmSync(folder, { recursive: true }));

  assert.equal(measureDisk(folder, 20).finding.kind, 'memory');
});

test('a folder that cannot be written to is said with its name', () => {
  assert.throws(
    () => measureDisk('/proc/nowhere', 20),
    (error) => error instanceof ConfigError && error.message.startsWith('/proc/nowhere cannot'),
  );
});

function noMemoryFolder(): string | false {
  return existsSync('/dev/shm') ? false : 'there is no /dev/shm here';
}
