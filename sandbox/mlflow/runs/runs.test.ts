import assert from 'node:assert/strict';
import { test } from 'node:test';

import { z } from 'zod';

import { openForTest, type TestServer } from '../open-for-test.ts';

const Created = z.object({ run: z.object({ info: z.object({ run_id: z.string() }) }) });
const Found = z.object({
  runs: z.array(z.object({ info: z.object({ run_name: z.string() }) })).default([]),
});

test('metrics keep their history, and a run shows the last of each', async (t) => {
  const server = await openForTest(t);
  const run_id = await run(server, 'first');
  const log = (value: unknown, step: number) =>
    server.ok('POST', 'runs/log-metric', { run_id, key: 'auc', value, timestamp: 5 + step, step });
  await log(0.5, 0);
  await log(1, 1);
  await log(1, 1);

  const history = await server.call('GET', `metrics/get-history?run_id=${run_id}&metric_key=auc`);
  const shown = await server.call('GET', `runs/get?run_id=${run_id}`);

  assert.match(history.text, /"value": 0\.5,/u);
  assert.equal(history.text.match(/"value": 1\.0,/gu)?.length, 1);
  assert.match(shown.text, /"metrics": \[\s+\{\s+"key": "auc",\s+"value": 1\.0,/u);
});

test('a parameter cannot change, alone or among others', async (t) => {
  const server = await openForTest(t);
  const run_id = await run(server, 'first');
  await server.ok('POST', 'runs/log-parameter', { run_id, key: 'depth', value: '3' });
  await server.ok('POST', 'runs/log-parameter', { run_id, key: 'depth', value: '3' });

  const alone = await server.refusal('POST', 'runs/log-parameter', {
    run_id,
    key: 'depth',
    value: '4',
  });
  const params = [{ key: 'depth', value: '4' }];
  const among = await server.refusal('POST', 'runs/log-batch', { run_id, params });

  assert.match(alone, /Param with key='depth' was already logged with value='3' for run ID='/u);
  assert.match(among, /\[\{'key': 'depth', 'old_value': '3', 'new_value': '4'\}\]/u);
});

test('a batch is refused as a whole, and names what is wrong by its index', async (t) => {
  const server = await openForTest(t);
  const run_id = await run(server, 'first');
  const refused = (batch: object) => server.refusal('POST', 'runs/log-batch', { run_id, ...batch });

  assert.match(
    await refused({ metrics: [{ key: 'auc' }], tags: [{ key: 'a', value: 'b' }] }),
    /Missing value for required parameter 'metrics\[0\]\.value'\./u,
  );
  assert.match(
    await refused({ tags: [{ key: 'a*', value: 'b' }] }),
    /for parameter 'tags\[0\]\.key' supplied/u,
  );
  const tooMany = Array.from({ length: 101 }, (_, index) => ({ key: `p${index}`, value: '1' }));
  assert.match(await refused({ params: tooMany }), /at most 100 params. Got 101 params/u);
  assert.doesNotMatch((await server.call('GET', `runs/get?run_id=${run_id}`)).text, /"key": "a"/u);
});

test('runs are found by metric, parameter, tag and status', async (t) => {
  const server = await openForTest(t);
  for (const [name, auc] of [
    ['weak', 0.6],
    ['strong', 0.9],
    ['unknown', null],
  ] as const) {
    const run_id = await run(server, name);
    const metrics = auc === null ? [] : [{ key: 'auc', value: auc, timestamp: 1 }];
    const params = [{ key: 'kind', value: name }];
    await server.ok('POST', 'runs/log-batch', { run_id, metrics, params });
  }
  const found = async (filter: string, order_by: readonly string[] = []) => {
    const order = { experiment_ids: ['0'], filter, order_by };
    const { runs } = Found.parse(await server.ok('POST', 'runs/search', order));
    return runs.map(({ info }) => info.run_name);
  };

  assert.deepEqual(await found('metrics.auc > 0.8'), ['strong']);
  assert.deepEqual(await found("params.kind != 'weak'", ['metrics.auc ASC']), [
    'strong',
    'unknown',
  ]);
  assert.deepEqual(await found('', ['metrics.auc DESC']), ['strong', 'weak', 'unknown']);
  assert.deepEqual(await found('tags.mlflow.runName = "weak"'), ['weak']);
  assert.deepEqual(await found("status = 'FINISHED'"), []);
  assert.match(
    await server.refusal('POST', 'runs/search', { experiment_ids: ['0'], filter: "bogus.x = '1'" }),
    /Invalid entity type 'bogus'/u,
  );
});

test('a deleted run is not found and not written to, until it is restored', async (t) => {
  const server = await openForTest(t);
  const run_id = await run(server, 'first');
  await server.ok('POST', 'runs/delete', { run_id });

  const search = await server.ok('POST', 'runs/search', { experiment_ids: ['0'] });
  const refused = await server.refusal('POST', 'runs/set-tag', { run_id, key: 'a', value: 'b' });
  await server.ok('POST', 'runs/restore', { run_id });
  await server.ok('POST', 'runs/set-tag', { run_id, key: 'a', value: 'b' });

  assert.deepEqual(search, {});
  assert.match(refused, /must be in the 'active' state\. Current state is deleted\./u);
});

test('an experiment is there once by its name, also when it is deleted', async (t) => {
  const server = await openForTest(t);
  const created = await server.ok('POST', 'experiments/create', { name: 'wine' });

  await server.ok('POST', 'experiments/delete', { experiment_id: created['experiment_id'] });

  assert.match(
    await server.refusal('POST', 'experiments/create', { name: 'wine' }),
    /^400 "RESOURCE_ALREADY_EXISTS": "Experiment\(name=wine\) already exists/u,
  );
  assert.match(
    await server.refusal('POST', 'runs/create', created),
    /The experiment 1 must be in the 'active' state/u,
  );
  assert.deepEqual(
    await server.ok('POST', 'experiments/search', { max_results: 5, filter: "name = 'wine'" }),
    {},
  );
});

async function run(server: TestServer, name: string): Promise<string> {
  const order = { experiment_id: '0', run_name: name, start_time: 1 };
  return Created.parse(await server.ok('POST', 'runs/create', order)).run.info.run_id;
}
