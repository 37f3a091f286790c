import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';

import { z } from 'zod';

import type { NotebookEvent } from '../sandbox/notebooks/notebook-event.ts';
import { startNotebook } from '../sandbox/notebooks/run-notebook.ts';

const EXAMPLE = join(import.meta.dirname, '../examples/wine-quality');

test('a better version is promoted, a worse one is refused with both AUCs', async (t) => {
  const project = await openProject(t);
  await project.succeed('data_prep');

  const first = await project.succeed('training');
  assert.equal(first['kind'], 'logistic');
  const judged = await project.succeed('evaluating', { version: '1', promote: 'true' });
  assert.equal(judged['promoted'], true);
  assert.equal(judged['production_version'], null);

  const second = await project.succeed('training', { model_kind: 'stumps' });
  assert.equal(second['version'], '2');
  const better = await project.succeed('evaluating', { version: '2', promote: 'true' });
  const [logistic, stumps] = [better['production_auc'], better['auc']].map(Number);
  assert.ok(logistic && logistic > 0.75 && logistic < 0.9, `logistic ${logistic}`);
  assert.ok(stumps && stumps > logistic + 0.02 && stumps < 0.95, `stumps ${stumps}`);
  assert.deepEqual(project.stages(), ['Archived', 'Production']);

  await project.succeed('training');
  assert.equal((await project.succeed('evaluating'))['promoted'], false, 'reported, not judged');
  const error = await project.fail('evaluating', { version: '3', promote: 'true' });
  assert.match(
    error,
    new RegExp(`AUC is ${logistic.toFixed(4)}.* version 2 .* ${stumps.toFixed(4)}`),
  );
  assert.deepEqual(project.stages(), ['Archived', 'Production', 'Staging']);

  await project.succeed('release_check', { version: '2' });
  assert.match(await project.fail('release_check', { version: '3' }), /is in Staging, not in Prod/);
});

test('data prep names the column that a change has broken', async (t) => {
  const project = await openProject(t);
  await project.edit('data_prep', 'float(wine[name])', 'float(wine[name]) / 10');
  assert.match(await project.fail('data_prep'), /ValueError: column 'fixed acidity': \d+ of 6497/);
});

test('the story finds the line that makes the second version better', async () => {
  const training = await readFile(join(EXAMPLE, 'notebooks/training.py'), 'utf8');
  const line = 'dbutils.widgets.dropdown("model_kind", "logistic", ["logistic", "stumps"])\n';
  assert.equal(training.split(line).length, 2);
});

/** A copy of the notebooks, a file system of their own, and a registry that they can call. */
async function openProject(t: TestContext) {
  const root = await mkdtemp(join(tmpdir(), 'wine-quality-'));
  const registry = await openRegistry(t);
  t.after(() => rm(root, { recursive: true, force: true }));
  await cp(join(EXAMPLE, 'notebooks'), join(root, 'notebooks'), { recursive: true });
  const fileOf = (notebook: string) => join(root, 'notebooks', `${notebook}.py`);

  async function run(notebook: string, params: Readonly<Record<string, string>>) {
    const events: NotebookEvent[] = [];
    const started = await startNotebook({
      notebook: fileOf(notebook),
      root,
      home: join(root, 'home'),
      params: { run_name: 'integration', signalbox_key: 'k', ...params },
      secrets: {},
      context: { apiUrl: registry.url, apiToken: 'a-token' },
      taskKeys: [],
      taskKey: notebook,
      values: join(root, 'values'),
      importFrom: [],
      environment: {},
      timeoutMs: 20_000,
      onEvent: (event) => events.push(event),
    });
    return started.ended;
  }

  return {
    stages: () => registry.versions.map((version) => version.current_stage),
    edit: async (notebook: string, from: string, to: string) => {
      const source = await readFile(fileOf(notebook), 'utf8');
      assert.ok(source.includes(from));
      await writeFile(fileOf(notebook), source.replace(from, to));
    },
    succeed: async (notebook: string, params: Readonly<Record<string, string>> = {}) => {
      const end = await run(notebook, params);
      assert.equal(end.kind, 'succeeded', JSON.stringify(end));
      const exit = (end.kind === 'succeeded' && end.exit) || '{}';
      return z.record(z.string(), z.unknown()).parse(JSON.parse(exit));
    },
    fail: async (notebook: string, params: Readonly<Record<string, string>> = {}) => {
      const end = await run(notebook, params);
      return end.kind === 'failed' ? end.error : assert.fail(`${notebook} ${end.kind}`);
    },
  };
}

const Values = z.object({
  name: z.string(),
  version: z.string().default(''),
  source: z.string().default(''),
  stage: z.string().default('None'),
  stages: z.array(z.string()).default([]),
  archive_existing_versions: z.boolean().default(false),
});

type Values = z.infer<typeof Values>;

interface Version {
  readonly version: string;
  readonly source: string;
  readonly status: 'READY';
  current_stage: string;
}

/** The registry calls that the notebooks make, on real HTTP, with state. */
async function openRegistry(t: TestContext) {
  const versions: Version[] = [];

  const find = (version: string) => versions.find((one) => one.version === version);

  const actions: Record<string, (values: Values) => unknown> = {
    'registered-models/create': () => (versions.length === 0 ? { registered_model: {} } : null),
    'registered-models/get-latest-versions': ({ stages }) => ({
      model_versions: versions.filter((one) => stages.includes(one.current_stage)),
    }),
    'model-versions/create': ({ source }) => {
      const version = `${versions.length + 1}`;
      versions.push({ version, source, status: 'READY', current_stage: 'None' });
      return { model_version: find(version) };
    },
    'model-versions/get': ({ version }) => ({ model_version: find(version) }),
    'databricks/model-versions/transition-stage': ({
      version,
      stage,
      archive_existing_versions,
    }) => {
      for (const one of versions) {
        if (one.version === version) one.current_stage = stage;
        else if (archive_existing_versions && one.current_stage === stage) {
          one.current_stage = 'Archived';
        }
      }
      return { model_version_databricks: find(version) };
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url ?? '', 'http://registry');
    const body = await text(request);
    const values: unknown = body ? JSON.parse(body) : Object.fromEntries(url.searchParams);
    const found = actions[url.pathname.replace('/api/2.0/mlflow/', '')]?.(Values.parse(values));
    const conflict = { error_code: 'RESOURCE_ALREADY_EXISTS', message: 'It is there already.' };
    response.writeHead(found ? 200 : 400).end(JSON.stringify(found ?? conflict));
  }

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, versions };
}
