import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { after, afterEach, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { z } from 'zod';

import { SandboxConfig } from './config.ts';
import { type Answered, openClient, type TestClient } from './kit/client-for-test.ts';
import { listen } from './kit/listen.ts';
import { openSandbox, type Sandbox } from './open-sandbox.ts';

const HOST = 'adb-1234567890123456.7.azuredatabricks.net';
const TENANT = '11111111-1111-4111-8111-111111111111';
const APP = '22222222-2222-4222-8222-222222222222';
const SECRET = 'a+secret&of%the=test';
const DATABRICKS = '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d';
const AZURE_DEVOPS = '499b84ac-1321-427f-aa17-267ca6975798';
const ADMIN_TOKEN = 'admin-token-0123456789';

let folder: string;
let sandbox: Sandbox;
let client: TestClient;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'presets-'));
  sandbox = await openSandbox(config(), { workDir: join(folder, 'work') });
  client = await openClient(sandbox.proxyUrl, sandbox.caPath);
  const notebooks = join(folder, 'work/databricks/root/workspace');
  await mkdir(notebooks, { recursive: true });
  await writeFile(join(notebooks, 'main.py'), '# Databricks notebook source\nprint(1)\n');
});

afterEach(() => {
  sandbox.faults.clear();
});

after(async () => {
  client[Symbol.dispose]();
  await sandbox[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

test('token-expires-midway: the third look at a run is refused, and a new token helps', async () => {
  const runId = await submit();
  await preset('token-expires-midway');
  const token = await sandbox.tokens.issue(APP, DATABRICKS);
  const look = (bearer: string) => databricks(`jobs/runs/get?run_id=${runId}`, { bearer });

  const statuses = [await look(token), await look(token), await look(token)];
  assert.deepEqual(
    statuses.map(({ status }) => status),
    [200, 200, 403],
  );
  assert.equal((await look(token)).status, 403);
  assert.equal((await look(await sandbox.tokens.issue(APP, DATABRICKS))).status, 200);
});

test('ado-signin-page: one request gets a page that looks like success', async () => {
  await preset('ado-signin-page');

  const [first, second] = [await projects(), await projects()];
  assert.equal(first.status, 203);
  assert.match(first.headers['content-type'] ?? '', /text\/html/);
  assert.equal(second.status, 200);
});

test('dbx-429-burst: five requests are too many, and say when to come again', async () => {
  await preset('dbx-429-burst');
  const answers: Answered[] = [];
  for (let at = 0; at < 6; at += 1) answers.push(await databricks('jobs/list'));

  assert.deepEqual(
    answers.map(({ status }) => status),
    [429, 429, 429, 429, 429, 200],
  );
  assert.equal(answers[0]?.headers['retry-after'], '1');
});

test('lost-submit-reply: the run is there, and nobody was told', async () => {
  const earlier = await runIds();
  await preset('lost-submit-reply');

  await assert.rejects(submit(), /hang up|ECONNRESET|closed/);
  const later = await runIds();
  assert.equal(later.length, earlier.length + 1);
});

test('webhook-duplicate: a change of the registry is told twice', async () => {
  const bodies = await toldOf('duplicated', async () => preset('webhook-duplicate'), 2);

  assert.equal(bodies.length, 2);
  assert.equal(bodies[0], bodies[1]);
});

test('receiver-down-10s: what happens meanwhile is never told, and later it is again', async () => {
  const meanwhile = await toldOf('missed', async () => preset('receiver-down-10s'), 0);
  assert.deepEqual(meanwhile, []);
  assert.partialDeepStrictEqual(
    sandbox.journal.since(0).filter((entry) => entry.direction === 'out'),
    [{ fault: 'receiver-down-10s', status: null }],
  );

  sandbox.clock.advance(10_000);
  assert.equal((await toldOf('heard', () => Promise.resolve(), 1)).length, 1);
});

test('run-internal-error: the next run ends without having run, and the one after it runs', async () => {
  await preset('run-internal-error');

  const broken = await ended(await submit());
  assert.deepEqual([broken.life_cycle_state, broken.result_state], ['INTERNAL_ERROR', 'FAILED']);
  const sound = await ended(await submit());
  assert.deepEqual([sound.life_cycle_state, sound.result_state], ['TERMINATED', 'SUCCESS']);
});

test('entra-propagation: for ten seconds the application is not known', async () => {
  await preset('entra-propagation');

  const early = await logIn();
  assert.equal(early.status, 400);
  assert.match(early.text, /"unauthorized_client".*AADSTS700016/);
  sandbox.clock.advance(10_000);
  assert.equal((await logIn()).status, 200);
});

const Submitted = z.object({ run_id: z.number() });

const Runs = z.object({ runs: z.array(z.object({ run_id: z.number() })).default([]) });

const State = z.object({
  state: z.object({ life_cycle_state: z.string(), result_state: z.string().optional() }),
});

function config(): SandboxConfig {
  return SandboxConfig.parse({
    admin_token: ADMIN_TOKEN,
    entra: { tenant: TENANT, apps: [{ client_id: APP, name: 'sp-mlops', secret: SECRET }] },
    databricks: { host: HOST, workspace_id: '1234567890123456', principals: [APP] },
    azure_devops: { organization: 'contoso', project: 'MLFlowHooks', principals: [APP] },
  });
}

async function preset(name: string): Promise<void> {
  const response = await fetch(`${sandbox.adminUrl}/_sandbox/presets/${name}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
  });
  assert.equal(response.status, 201);
}

interface Call {
  readonly bearer?: string;
  readonly body?: unknown;
}

async function databricks(path: string, { bearer, body }: Call = {}): Promise<Answered> {
  const token = bearer ?? (await sandbox.tokens.issue(APP, DATABRICKS));
  const version = path.startsWith('mlflow') ? '2.0' : '2.2';
  const headers = { authorization: `Bearer ${token}` };
  return client.ask(`https://${HOST}/api/${version}/${path}`, { headers, body });
}

async function projects(): Promise<Answered> {
  const token = await sandbox.tokens.issue(APP, AZURE_DEVOPS);
  const headers = { authorization: `Bearer ${token}` };
  return client.ask('https://dev.azure.com/contoso/_apis/projects?api-version=7.1', { headers });
}

function logIn(): Promise<Answered> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: APP,
    client_secret: SECRET,
    scope: `${DATABRICKS}/.default`,
  });
  return client.ask(`https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/token`, { body });
}

async function submit(): Promise<number> {
  const tasks = [{ task_key: 'main', notebook_task: { notebook_path: '/main' } }];
  const answer = await databricks('jobs/runs/submit', { body: { run_name: 'A test', tasks } });
  return Submitted.parse(JSON.parse(answer.text)).run_id;
}

async function runIds(): Promise<readonly number[]> {
  const { runs } = Runs.parse(JSON.parse((await databricks('jobs/runs/list')).text));
  return runs.map((run) => run.run_id);
}

async function ended(runId: number): Promise<z.infer<typeof State>['state']> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await pause(20)) {
    const { text } = await databricks(`jobs/runs/get?run_id=${runId}`);
    const { state } = State.parse(JSON.parse(text));
    if (state.result_state !== undefined) return state;
  }
  throw new Error('the run does not end');
}

/** What a receiver hears of a new version, once it has heard so much, or nothing is under way. */
async function toldOf(
  model: string,
  prepare: () => Promise<void>,
  expected: number,
): Promise<readonly string[]> {
  const bodies: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const server = createServer((incoming, outgoing) => {
    const hear = async () => {
      bodies.push(await textOf(incoming));
      outgoing.end('{}');
      if (bodies.length === expected) resolve();
    };
    void hear();
  });
  await using receiver = await listen(server);
  await databricks('mlflow/registered-models/create', { body: { name: model } });
  const url = `http://127.0.0.1:${receiver.port}/hook`;
  const events = ['MODEL_VERSION_CREATED'];
  await databricks('mlflow/registry-webhooks/create', {
    body: { model_name: model, events, http_url_spec: { url }, status: 'ACTIVE' },
  });
  await prepare();
  const seq = sandbox.journal.since(0).at(-1)?.seq ?? 0;
  await databricks('mlflow/model-versions/create', { body: { name: model, source: 'dbfs:/a' } });
  const isSent = () => sandbox.journal.since(seq).some((entry) => entry.direction === 'out');
  for (const deadline = Date.now() + 5_000; !isSent() && Date.now() < deadline; ) await pause(5);
  if (expected > 0) await promise;
  return bodies;
}
