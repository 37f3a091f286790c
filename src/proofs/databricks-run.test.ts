import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isRefusal, TransientError } from '../lib/errors.ts';
import { Secret } from '../lib/secret.ts';
import { databricksRun } from './databricks-run.ts';

const { signal } = new AbortController();
const KEY = 'k'.repeat(52);
const INTENDED_MS = 1_767_225_600_000;

test('a run is found by the key that its notebook was given', async () => {
  const { proof, paths } = workspaceWith([run({ run_id: 7 }), run({ run_id: 8, key: 'another' })]);

  const [found, ...more] = await proof.collect(search(), signal);

  assert.deepEqual(found, {
    system: 'databricks',
    id: '7',
    name: 'evaluate',
    url: 'https://adb.test/jobs/1/runs/7?o=1',
    state: { kind: 'ended', verdict: 'succeeded', reason: '1 of 1 tasks succeeded' },
    actor: 'sp-mlops',
    commit: 'abc123',
    startedAtMs: INTENDED_MS,
    endedAtMs: INTENDED_MS + 1000,
    parts: [
      {
        name: 'main',
        state: { kind: 'ended', verdict: 'succeeded', reason: 'TERMINATED/SUCCESS' },
        error: null,
      },
    ],
    foundBy: 'key',
  });
  assert.equal(more.length, 0);
  assert.equal(
    paths[0],
    `/api/2.2/jobs/runs/list?start_time_from=${INTENDED_MS - 60_000}&expand_tasks=true&limit=24`,
  );
});

test('a key may stand in any of the parameters that a run can have', async () => {
  const carriers = [
    { job_parameters: [{ name: 'signalbox_key', default: '', value: KEY }] },
    { job_parameters: [{ name: 'signalbox_key', default: KEY }] },
    { overriding_parameters: { notebook_params: { signalbox_key: KEY } } },
    { overriding_parameters: { python_named_params: { signalbox_key: KEY } } },
  ];

  for (const carrier of carriers) {
    const { proof } = workspaceWith([{ ...run({ key: null }), ...carrier }]);
    assert.equal((await proof.collect(search(), signal)).length, 1);
  }
});

test('every page of the list is looked at', async () => {
  const { proof, paths } = workspaceWith([run({ run_id: 1, key: 'x' }), run({ run_id: 2 })], {
    pageSize: 1,
  });

  assert.equal((await proof.collect(search(), signal))[0]?.id, '2');
  assert(paths[1]?.endsWith('&page_token=1'));
});

test('an id beyond 2^53 is the id that it is', async () => {
  const { proof } = workspaceWith([run({ run_id: '9223372036854775807' })]);

  assert.equal((await proof.collect(search(), signal))[0]?.id, '9223372036854775807');
});

test('without a key, the runs that the pipeline named are looked at, once each', async () => {
  const { proof } = workspaceWith([run({ run_id: 7, key: null }), run({ run_id: 8, key: null })]);
  const output = 'started {"run_id": 7, "number_in_job": 7}\n2026-01-01 "{\\"run_id\\":7}"';

  const found = await proof.collect(search(output), signal);

  assert.deepEqual(
    found.map(({ id, foundBy }) => [id, foundBy]),
    [['7', 'output']],
  );
});

test("a named run is none of ours when it is older, is another start's, or is not there", async () => {
  const { proof } = workspaceWith([
    run({ run_id: 1, key: null, start_time: INTENDED_MS - 61_000 }),
    run({ run_id: 2, key: 'another' }),
  ]);

  const found = await proof.collect(search('"run_id":1 "run_id":2 "run_id":3'), signal);

  assert.deepEqual(found, []);
});

test("a task's id leads to the run that the task belongs to", async () => {
  const taskRun = { ...run({ run_id: 70, key: null }), job_run_id: 7, tasks: undefined };
  const { proof } = workspaceWith([taskRun, run({ run_id: 7, key: null })]);

  const found = await proof.collect(search('{"run_id":7,"tasks":[{"run_id":70}]}'), signal);

  assert.deepEqual(
    found.map(({ id }) => id),
    ['7'],
  );
});

test('of all the numbers in an output twenty are looked at', async () => {
  const { proof, paths } = workspaceWith([]);
  const output = Array.from({ length: 50 }, (_, id) => `"run_id": ${id}`).join('\n');

  await proof.collect(search(output), signal);

  assert.equal(paths.filter((path) => path.includes('/runs/get')).length, 20);
});

test('a named run that we may not see is a matter of permission, if there is no other', async () => {
  const denied = { error_code: 'PERMISSION_DENIED', message: 'No View permission on job 1' };
  const { proof } = workspaceWith([run({ run_id: 8, key: null })], { 7: [403, denied] });

  await assert.rejects(proof.collect(search('"run_id": 7'), signal), isRefusal);
  const found = await proof.collect(search('"run_id": 7 "run_id": 8'), signal);
  assert.deepEqual(
    found.map(({ id }) => id),
    ['8'],
  );
});

test('nothing found is nothing found, so far', async () => {
  assert.deepEqual(await workspaceWith([]).proof.collect(search('all green'), signal), []);
});

test('a failed task brings its error and the beginning of its trace', async () => {
  const failed = { life_cycle_state: 'TERMINATED', result_state: 'FAILED' };
  const { proof } = workspaceWith(
    [
      run({
        state: { life_cycle_state: 'INTERNAL_ERROR', result_state: 'FAILED' },
        tasks: [task({ task_key: 'training', run_id: 70, state: failed })],
      }),
    ],
    { output: { error: 'NameError: x', error_trace: 'y'.repeat(9000) } },
  );

  const [found] = await proof.collect(search(), signal);

  assert.equal(found?.state.kind === 'ended' && found.state.verdict, 'failed');
  assert.equal(found?.parts[0]?.error, `NameError: x\n${'y'.repeat(2000)}`);
});

test('a run whose errors are kept no longer has failed all the same', async () => {
  const failed = { life_cycle_state: 'TERMINATED', result_state: 'FAILED' };
  const { proof } = workspaceWith([run({ state: failed, tasks: [task({ state: failed })] })]);

  const [found] = await proof.collect(search(), signal);

  assert.equal(found?.parts[0]?.error, null);
});

test('a run that goes on has no end yet', async () => {
  const state = { life_cycle_state: 'RUNNING' };
  const { proof } = workspaceWith([run({ state, end_time: 0, tasks: [task({ state })] })]);

  const [found] = await proof.collect(search(), signal);

  assert.deepEqual(found?.state, { kind: 'running', status: 'RUNNING' });
  assert.equal(found.endedAtMs, null);
});

test('a workspace that is busy is asked again later', async () => {
  const { proof } = workspaceWith([run({})], { 7: [429, {}] });

  await assert.rejects(proof.collect(search(), signal), TransientError);
});

type Json = Readonly<Record<string, unknown>>;

interface RunFields extends Json {
  readonly run_id?: number | string;
  readonly key?: string | null;
}

function run({ run_id = 7, key = KEY, ...fields }: RunFields): Json {
  return {
    run_id,
    job_id: 1,
    run_name: 'evaluate',
    run_page_url: `https://adb.test/jobs/1/runs/${run_id}?o=1`,
    creator_user_name: 'sp-mlops',
    start_time: INTENDED_MS,
    end_time: INTENDED_MS + 1000,
    state: SUCCESS,
    tasks: [task({ base_parameters: key === null ? {} : { signalbox_key: key } })],
    git_source: { git_snapshot: { used_commit: 'abc123' } },
    ...fields,
  };
}

const SUCCESS = { life_cycle_state: 'TERMINATED', result_state: 'SUCCESS' };

function task({ base_parameters = { signalbox_key: KEY }, ...fields }: Json): Json {
  const notebook_task = { notebook_path: '/evaluate', base_parameters };
  return {
    task_key: 'main',
    run_id: 70,
    attempt_number: 0,
    state: SUCCESS,
    notebook_task,
    ...fields,
  };
}

function search(output?: string) {
  return {
    key: KEY,
    intendedAtMs: INTENDED_MS,
    output: async () => output ?? assert.fail('the output is not needed'),
  };
}

interface Behaviour {
  readonly pageSize?: number;
  readonly output?: Json;
  /** What is answered when this run is asked for, instead of the run. */
  readonly [runId: number]: readonly [status: number, body: Json];
}

/** The proof, talking to a stand-in for a workspace with these runs. */
function workspaceWith(runs: readonly Json[], behaviour: Behaviour = {}) {
  const paths: string[] = [];
  const proof = databricksRun.open(
    { host: 'https://adb.test', identity: 'sp-mlops' },
    {
      fetch: async (...request) => {
        const url = new URL(new Request(...request).url);
        paths.push(url.pathname + url.search);
        return answerTo(url, runs, behaviour);
      },
      identity: () => ({ token: async () => new Secret('a-token') }),
    },
  );
  return { proof, paths };
}

function answerTo(url: URL, runs: readonly Json[], behaviour: Behaviour): Response {
  if (url.pathname.endsWith('/list')) return listed(url, runs, behaviour.pageSize);
  if (url.pathname.endsWith('/get-output')) {
    return behaviour.output ? json(behaviour.output) : json(GONE, 400);
  }
  const id = url.searchParams.get('run_id') ?? '';
  const special = behaviour[Number(id)];
  if (special) return json(special[1], special[0]);
  const found = runs.find(({ run_id }) => String(run_id) === id);
  return found ? json(found) : json({ ...GONE, message: `Run ${id} does not exist.` }, 400);
}

function listed(url: URL, runs: readonly Json[], pageSize = 24): Response {
  const from = Number(url.searchParams.get('page_token') ?? 0);
  const end = from + pageSize;
  const next = end < runs.length ? { next_page_token: String(end) } : {};
  return json({ runs: runs.slice(from, end), ...next });
}

const GONE = { error_code: 'INVALID_PARAMETER_VALUE', message: 'Run: 70 has expired.' };

/** As a workspace writes it: ids are numbers, however long. */
function json(body: Json, status = 200): Response {
  const text = JSON.stringify(body).replace(/"run_id":"(\d+)"/g, '"run_id":$1');
  return new Response(text, { status, headers: { 'content-type': 'application/json' } });
}
