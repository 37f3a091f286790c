import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { SandboxConfig } from './config.ts';
import { openClient } from './kit/client-for-test.ts';
import { Fault } from './kit/fault.ts';
import { openSandbox, type Sandbox } from './open-sandbox.ts';

const HOST = 'adb-1234567890123456.7.azuredatabricks.net';
const APP = '22222222-2222-4222-8222-222222222222';
const DATABRICKS = '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d';

let folder: string;
let one: Sandbox;
let other: Sandbox;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isolation-'));
  [one, other] = await Promise.all([open('one'), open('other')]);
});

after(async () => {
  await one[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

test('two sandboxes on one machine have nothing in common but their configuration', async () => {
  assert.notEqual(one.proxyUrl, other.proxyUrl);
  assert.notEqual(one.adminUrl, other.adminUrl);
  assert.notEqual(await readFile(one.caPath, 'utf8'), await readFile(other.caPath, 'utf8'));
  await assert.rejects(
    call(one, 'GET', '/api/2.0/preview/scim/v2/Me', { trusting: other }),
    /certificate|issuer/,
  );
});

test('a token of one is nobody to the other', async () => {
  const token = await one.tokens.issue(APP, DATABRICKS);
  const path = '/api/2.0/preview/scim/v2/Me';

  assert.equal((await call(one, 'GET', path, { token })).status, 200);
  const elsewhere = await call(other, 'GET', path, { token });
  assert.ok(elsewhere.status === 401 || elsewhere.status === 403, String(elsewhere.status));
});

test('what is made in one is not there in the other', async () => {
  const create = '/api/2.0/mlflow/registered-models/create';
  const get = '/api/2.0/mlflow/registered-models/get?name=churn';
  assert.equal((await call(one, 'POST', create, { body: { name: 'churn' } })).status, 200);

  assert.equal((await call(one, 'GET', get)).status, 200);
  assert.equal((await call(other, 'GET', get)).status, 404);
  assert.deepEqual((await readdir(folder)).toSorted(), ['one', 'other']);
});

test('clock, faults and journal are of one sandbox alone', async () => {
  const seq = other.journal.since(0).at(-1)?.seq ?? 0;
  one.clock.advance(3_600_000);
  one.faults.add(Fault.parse({ do: { kind: 'status', status: 599 } }));

  assert.ok(one.clock.now() - other.clock.now() > 3_500_000);
  const path = '/api/2.0/preview/scim/v2/Me';
  assert.equal((await call(one, 'GET', path)).status, 599);
  assert.deepEqual(other.faults.list(), []);
  assert.deepEqual(other.journal.since(seq), []);
  assert.equal((await call(other, 'GET', path)).status, 200);
  one.faults.clear();
});

test('when one ends the other goes on', async () => {
  const third = await open('third');
  await third[Symbol.asyncDispose]();

  assert.equal((await call(other, 'GET', '/api/2.0/preview/scim/v2/Me')).status, 200);
  await assert.rejects(fetch(third.adminUrl));
});

function open(name: string): Promise<Sandbox> {
  const config = SandboxConfig.parse({
    admin_token: 'admin-token-0123456789',
    entra: {
      tenant: '11111111-1111-4111-8111-111111111111',
      apps: [{ client_id: APP, name: 'sp-mlops', secret: 'a secret' }],
    },
    databricks: { host: HOST, workspace_id: '1234567890123456', principals: [APP] },
    azure_devops: { organization: 'contoso', project: 'MLFlowHooks', principals: [APP] },
  });
  return openSandbox(config, { workDir: join(folder, name) });
}

interface Asked {
  readonly token?: string;
  readonly body?: unknown;
  /** Whose certificates are believed; its own, if left out. */
  readonly trusting?: Sandbox;
}

async function call(sandbox: Sandbox, method: string, path: string, asked: Asked = {}) {
  using client = await openClient(sandbox.proxyUrl, (asked.trusting ?? sandbox).caPath);
  const token = asked.token ?? (await sandbox.tokens.issue(APP, DATABRICKS));
  const headers = { authorization: `Bearer ${token}` };
  return await client.ask(`https://${HOST}${path}`, { method, headers, body: asked.body });
}
