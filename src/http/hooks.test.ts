import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';

import { openApp } from '../app.ts';
import { loadConfig } from '../config/load.ts';
import { TransientError } from '../lib/errors.ts';
import { openLog } from '../lib/log.ts';
import { openSqlite } from '../store/sqlite.ts';
import type { Store } from '../store/store.ts';
import { listen } from './server.ts';

const EXAMPLE = path.join(import.meta.dirname, '../../examples/wine-quality/signalbox.yaml');

test('while too much waits to be stored a call is turned away unread, and told when to come again', async (t) => {
  const app = openWith(t, (store) => ({ ...store, isFull: () => true }));
  let isRead = false;
  const body = new ReadableStream(
    {
      pull() {
        isRead = true;
      },
    },
    { highWaterMark: 0 },
  );

  const response = await app.routes.request('/hooks/prod-registry', {
    method: 'POST',
    body,
    duplex: 'half',
  });

  assert.equal(response.status, 503);
  assert.equal(response.headers.get('retry-after'), '1');
  assert.equal(isRead, false);
});

test('an event that cannot be stored is not acknowledged', async (t) => {
  const full = new TransientError('STORE_UNAVAILABLE', 'the disk is full', { retryAfterMs: 7000 });
  const app = openWith(t, (store) => ({ ...store, countRefusal: () => Promise.reject(full) }));

  const response = await app.routes.request('/hooks/prod-registry', { method: 'POST', body: '{}' });

  assert.equal(response.status, 503);
  assert.equal(response.headers.get('retry-after'), '7');
});

test('what is packed, or says that it is too long, is turned away unread, and counted', async (t) => {
  const app = openWith(t, (store) => store);
  const server = await listen(app, { host: '127.0.0.1', port: 0 });
  t.after(() => server[Symbol.asyncDispose]());
  const asked: readonly (readonly [Record<string, string>, number])[] = [
    [{ 'content-encoding': 'gzip' }, 415],
    [{ 'content-length': String(1024 * 1024 + 1) }, 413],
  ];

  for (const [headers, status] of asked) {
    const call = { method: 'POST', headers, body: 'x'.repeat(1024 * 1024 + 1) };
    const routed = await app.routes.request('/hooks/prod-registry', call);
    const listened = await fetch(`${server.url}/hooks/prod-registry`, call);
    assert.deepEqual([routed.status, listened.status], [status, status]);
  }

  const counted = await app.engine.store.refusals();
  assert.deepEqual(
    new Map(counted.map(({ reason, count }) => [reason, count])),
    new Map([
      ['body over 1 MiB', 2],
      ['body with a content-encoding', 2],
    ]),
  );
});

test('a body that does not say how long it is ends at the same length', async (t) => {
  const app = openWith(t, (store) => store);
  const server = await listen(app, { host: '127.0.0.1', port: 0 });
  t.after(() => server[Symbol.asyncDispose]());

  for (const [bytes, status] of [
    [1024 * 1024, 401],
    [1024 * 1024 + 1, 413],
  ] as const) {
    const call = () => ({ method: 'POST', body: streamOf(bytes), duplex: 'half' }) as const;
    const routed = await app.routes.request('/hooks/prod-registry', call());
    const listened = await fetch(`${server.url}/hooks/prod-registry`, call());
    assert.deepEqual([routed.status, listened.status], [status, status]);
  }
});

function streamOf(bytes: number): ReadableStream<Uint8Array> {
  return new Blob([new Uint8Array(bytes)]).stream();
}

function openWith(t: TestContext, change: (store: Store) => Store) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-hooks-'));
  const storeFile = path.join(folder, 'signalbox.db');
  const app = openApp({
    config: loadConfig(EXAMPLE, {
      env: { SP_CREDENTIAL: 'of-the-test', SIGNALBOX_SIGNING_SECRET: 'of-the-test' },
    }),
    storeFile,
    store: change(openSqlite(storeFile, Date.now)),
    pagesFolder: folder,
    browse: null,
    fetch: () => Promise.reject(new Error('there is no network here')),
    now: Date.now,
    log: openLog('silent'),
  });
  t.after(async () => {
    await app[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });
  return app;
}
