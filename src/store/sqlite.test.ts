import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';

import { ConfigError } from '../lib/errors.ts';
import { askedContract } from './asked-contract.ts';
import { type OpenStore, storeContract } from './contract.ts';
import { openSqlite } from './sqlite.ts';
import { startsContract } from './starts-contract.ts';

const openEmpty: OpenStore = async (t) => {
  const store = openSqlite(fileFor(t), Date.now);
  t.after(() => store.close());
  return store;
};

storeContract('sqlite', openEmpty);
askedContract('sqlite', openEmpty);
startsContract('sqlite', openEmpty);

test('a second process on the same file is told so', async (t) => {
  const file = fileFor(t);
  const store = openSqlite(file, Date.now);
  t.after(() => store.close());

  assert.throws(
    () => openSqlite(file, Date.now),
    (error) => error instanceof ConfigError && /another Signalbox/.test(error.hint ?? ''),
  );
});

test('a store that a newer Signalbox has written is left alone', (t) => {
  const file = fileFor(t);
  const database = new DatabaseSync(file);
  database.exec('pragma user_version = 999');
  database.close();

  assert.throws(
    () => openSqlite(file, Date.now),
    (error) => error instanceof ConfigError && error.code === 'STORE_NEWER',
  );
});

test('what was stored is there when the store is opened again', async (t) => {
  const file = fileFor(t);
  const first = openSqlite(file, Date.now);
  await first.countRefusal({ source: 'prod', reason: 'no signature', atMs: 1 });
  await first.close();

  const second = openSqlite(file, Date.now);
  t.after(() => second.close());

  assert.equal((await second.refusals()).length, 1);
});

function fileFor(t: TestContext): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-store-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return path.join(folder, 'signalbox.db');
}
