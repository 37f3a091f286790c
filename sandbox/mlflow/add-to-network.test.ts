import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';

import { Fault } from '../kit/fault.ts';
import { openNetwork } from '../kit/network.ts';
import { addMlflow } from './add-to-network.ts';
import { MlflowConfig } from './mlflow-config.ts';

const run = promisify(execFile);

test('the server is reached by its name through the proxy, and on a port of this machine', async (t) => {
  const { network, url } = await openHere(t);

  const named = await run('curl', ['-sS', 'https://mlflow.contoso.com/version'], {
    env: { PATH: process.env['PATH'], ...network.environment() },
  });
  const plain = await fetch(`${url}/version`);

  assert.match(named.stdout, /^3\./u);
  assert.equal(await plain.text(), named.stdout);
  const hosts = network.journal.since(0).map(({ service, host }) => `${service} ${host}`);
  assert.deepEqual(hosts, ['mlflow mlflow.contoso.com', 'mlflow 127.0.0.1']);
});

test('what comes by the port passes the faults too', async (t) => {
  const { network, url } = await openHere(t);
  network.faults.add(
    Fault.parse({ service: 'mlflow', path: '/version', do: { kind: 'status', status: 503 } }),
  );

  assert.equal((await fetch(`${url}/version`)).status, 503);
  assert.equal((await fetch(`${url}/health`)).status, 200);
});

test('a page elsewhere that points its name to this machine is refused', async (t) => {
  const { url } = await openHere(t);

  assert.equal(await statusFor(`${url}/version`, 'evil.example.com'), 403);
  assert.equal(await statusFor(`${url}/version`, 'localhost'), 200);
});

function statusFor(url: string, host: string): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const asked = request(url, { headers: { host } }, (answer) => {
    answer.resume();
    resolve(answer.statusCode);
  });
  asked.on('error', reject);
  asked.end();
  return promise;
}

async function openHere(t: TestContext) {
  const workDir = await mkdtemp(join(tmpdir(), 'mlflow-'));
  const domains = ['mlflow.contoso.com'];
  const network = await openNetwork({ workDir, adminToken: 'a-token-of-16-bytes', domains });
  const config = MlflowConfig.parse({ host: 'mlflow.contoso.com' });
  const added = await addMlflow(config, network);
  t.after(async () => {
    await added[Symbol.asyncDispose]();
    await network[Symbol.asyncDispose]();
    await rm(workDir, { recursive: true });
  });
  return { network, url: network.environment()['MLFLOW_TRACKING_URI'] ?? '' };
}
