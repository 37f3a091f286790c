import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';

import { ConfigError } from '../lib/errors.ts';
import { backUp, restore } from './backup.ts';
import { openSqlite } from './sqlite.ts';

test('a backup is made while the store is in use, and put back it holds what it held', async (t) => {
  const folder = folderFor(t);
  const file = path.join(folder, 'signalbox.db');
  const copy = path.join(folder, 'copy.db');
  const first = openSqlite(file, Date.now);
  await first.addEvent(event(1), []);

  const content = await backUp(file, copy);
  await first.addEvent(event(2), []);
  assert.throws(() => restore(file, copy), isRefusedWith(/locked/));
  await first.close();
  const { kept } = restore(file, copy);

  assert.deepEqual(content, { events: 1, deliveries: 0 });
  assert.equal(statSync(copy).mode & 0o077, 0, 'for its owner only');
  const restored = openSqlite(file, Date.now);
  t.after(() => restored.close());
  assert.deepEqual(await restored.events(10), [event(1)]);
  const before = openSqlite(kept ?? '', Date.now);
  t.after(() => before.close());
  assert.equal((await before.events(10)).length, 2);
});

test('a backup overwrites nothing, and what is no store is not put back', async (t) => {
  const folder = folderFor(t);
  const file = path.join(folder, 'signalbox.db');
  const other = path.join(folder, 'other.db');
  writeFileSync(other, 'not a database at all, but long enough to be taken for one'.repeat(20));
  const store = openSqlite(file, Date.now);
  await store.addEvent(event(1), []);
  await store.close();

  await assert.rejects(backUp(file, other), isRefusedWith(/there already/));
  await assert.rejects(backUp(path.join(folder, 'none.db'), other), isRefusedWith(/no store/));
  assert.throws(() => restore(file, other), isRefusedWith(/no store|damaged/));

  assert.ok(existsSync(file));
  const again = openSqlite(file, Date.now);
  t.after(() => again.close());
  assert.equal((await again.events(10)).length, 1);
});

function isRefusedWith(message: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof ConfigError && message.test(error.message);
}

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-upkeep-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

function event(number: number) {
  return {
    id: `evt_${number}`,
    identity: `prod|${number}`,
    source: 'prod',
    type: 'model.created',
    model: 'wine',
    version: '',
    occurredAtMs: 1000,
    receivedAtMs: 1000 + number,
    recovered: false,
    fields: { text: 'made' },
  } as const;
}
