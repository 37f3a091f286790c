import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';

import { ConfigError, TransientError } from '../lib/errors.ts';
import { openSqlite } from './sqlite.ts';
import { openSqliteFile } from './sqlite-file.ts';
import { sql } from './statement.ts';

test('while somebody has locked the file nothing is acknowledged, and then it goes on', async (t) => {
  const file = fileFor(t);
  const store = openSqlite(file, Date.now);
  t.after(() => store.close());
  await store.countRefusal(refusal);
  const other = new DatabaseSync(file);
  t.after(() => other.close());
  other.exec('begin immediate');

  await assert.rejects(store.countRefusal(refusal), {
    code: 'STORE_UNAVAILABLE',
    retryAfterMs: 5000,
  });
  other.exec('rollback');
  await store.countRefusal(refusal);

  assert.equal((await store.refusals())[0]?.count, 2);
});

test('a full disk loses nothing that was stored, and takes more once there is room', (t) => {
  const file = openSqliteFile(fileFor(t));
  t.after(() => file.close());
  const add = (reason: string) =>
    file.use((database) =>
      database.transact(() => {
        database.run(sql`insert into refusals values ('prod', ${reason}, 1, 1)`);
      }),
    );
  add('first');
  file.use((database) => database.exec('pragma max_page_count = 1'));

  assert.throws(
    () => add('x'.repeat(1_000_000)),
    (error) => error instanceof TransientError && /disk is full/.test(error.message),
  );
  file.use((database) => database.exec('pragma max_page_count = 1000000'));
  add('later');

  const rows = file.use((database) => database.run(sql`select reason from refusals`));
  assert.deepEqual(
    rows.map(({ reason }) => reason),
    ['first', 'later'],
  );
});

test('after the disk has failed the file is opened anew', (t) => {
  const file = openSqliteFile(fileFor(t));
  t.after(() => file.close());
  const before = file.use((database) => database);

  assert.throws(
    () =>
      file.use(() => {
        throw Object.assign(new Error('disk I/O error'), { errcode: IOERR_FSYNC });
      }),
    TransientError,
  );

  const after = file.use((database) => database);
  assert.notEqual(after, before);
  assert.deepEqual(after.run(sql`select 1 as one`), [{ __proto__: null, one: 1 }]);
});

test('a damaged file is refused with what to do, where the end was not a clean one', (t) => {
  const file = fileFor(t);
  const database = new DatabaseSync(file);
  database.exec(`pragma journal_mode = wal; create table a (b text); create table c (d text);
    insert into a values (hex(randomblob(9000))); pragma wal_checkpoint(truncate);`);
  const raw = openSync(file, 'r+');
  writeSync(raw, Buffer.alloc(2000, 7), 0, 2000, 4096);
  closeSync(raw);
  database.exec(`insert into c values ('e')`);
  t.after(() => database.close());

  // Its log is there, as a process that was killed would have left it.
  assert.throws(
    () => openSqliteFile(file),
    (error) => error instanceof ConfigError && /store restore/.test(error.hint ?? ''),
  );
});

const IOERR_FSYNC = 1034;

const refusal = { source: 'prod', reason: 'no signature', atMs: 1 };

function fileFor(t: TestContext): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-file-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return path.join(folder, 'signalbox.db');
}
