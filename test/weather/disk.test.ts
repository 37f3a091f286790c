import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';

import { emptyControl, openControl } from '../../chaos/disk/disk-control.ts';
import { buildDiskLayer, layeredEnvironment } from '../../chaos/preload/disk-layer.ts';
import { openWeather } from './open-weather.ts';

const MAIN = path.join(import.meta.dirname, '../../src/main.ts');

test('the disk is full: 503 with Retry-After, and it takes more once there is room, without a restart', async (t) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-full-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const layer = buildDiskLayer(folder);
  if (layer.kind === 'missing') return t.skip(layer.because);
  const control = path.join(folder, 'control');
  writeFileSync(control, emptyControl);
  using disk = openControl(control);
  const service = await serve(t, { folder, library: layer.library, control });
  assert.equal((await ask(service.url)).status, 202);

  disk.arm({ on: 'write', error: 'ENOSPC', lasts: true }, 1);
  for (let times = 0; times < 3; times += 1) {
    const { status, headers } = await ask(service.url);
    assert.deepEqual([status, headers.get('retry-after')], [503, '5']);
  }
  assert.equal((await fetch(`${service.url}/health`)).status, 200);
  assert.ok(disk.heal() > 0);

  assert.equal((await ask(service.url)).status, 202);
  const response = await fetch(`${service.url}/api/events`);
  const answer: unknown = await response.json();
  assert(
    typeof answer === 'object' && answer && 'events' in answer && Array.isArray(answer.events),
  );
  assert.equal(answer.events.length, 2);
  assert.match(service.log(), /the disk is full/);
});

test('somebody has locked the database: 503 with Retry-After, and then it goes on', async (t) => {
  const weather = await openWeather(t, { targets: {} });
  const other = new DatabaseSync(path.join(weather.folder, 'signalbox.db'));
  t.after(() => other.close());
  other.exec('begin immediate');

  const refused = await ask(weather.url);
  assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '5']);
  other.exec('rollback');

  assert.equal((await ask(weather.url)).status, 202);
  assert.match(weather.log.join(''), /another process has locked it/);
});

async function ask(url: string): Promise<Response> {
  return await fetch(`${url}/api/manual/by-hand`, { method: 'POST', body: '{"name":"nightly"}' });
}

interface Below {
  readonly folder: string;
  readonly library: string;
  readonly control: string;
}

/** `signalbox serve` on a disk that fails when it is told to. */
async function serve(t: TestContext, { folder, library, control }: Below) {
  const data = path.join(folder, 'data');
  mkdirSync(data);
  const config = path.join(folder, 'signalbox.yaml');
  writeFileSync(config, 'version: 1\nsources:\n  by-hand:\n    type: manual\n');
  const ledger = path.join(folder, 'ledger');
  writeFileSync(ledger, '');
  const recording = path.join(folder, 'recording');
  const env = layeredEnvironment({ library, folder: data, ledger, recording, control });
  const args = [MAIN, 'serve', '--config', config, '--data', data, '--listen', '127.0.0.1:0'];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close');
  t.after(async () => {
    child.kill('SIGKILL');
    await closed;
  });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text: Buffer) => {
      said += text.toString();
      const { url } = /listens on (?<url>http:\S+)/.exec(said)?.groups ?? {};
      if (url !== undefined) resolve(url);
    });
  }
  void closed.then(() => reject(new Error(`the service ended: ${said}`)));
  return { url: await promise, log: () => said };
}
