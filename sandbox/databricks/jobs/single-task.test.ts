import assert from 'node:assert/strict';
import { test } from 'node:test';

import { objectOf, openForTest, textOf } from '../open-for-test.ts';
import { cell } from './task-for-test.ts';

const NOTEBOOK = { notebook_task: { notebook_path: '/main' }, existing_cluster_id: 'c' };

test('API 2.0 takes one task without the word, and gives its output for the run itself', async (t) => {
  const workspace = await openForTest(t);
  await workspace.write('main.py', cell('dbutils.notebook.exit(dbutils.widgets.get("p"))'));
  const job = await workspace.ok('POST', '/api/2.0/jobs/create', { name: 'Old', ...NOTEBOOK });

  const old = await workspace.ok('GET', `/api/2.0/jobs/get?job_id=${textOf(job['job_id'])}`);
  const recent = await workspace.ok('GET', `/api/2.1/jobs/get?job_id=${textOf(job['job_id'])}`);
  const started = await workspace.ok('POST', '/api/2.0/jobs/run-now', {
    job_id: job['job_id'],
    notebook_params: { p: 'given' },
  });
  const run = await workspace.ended(Number(started['run_id']));
  const output = await workspace.ok('GET', `/api/2.0/jobs/runs/get-output?run_id=${run.run_id}`);

  const settings = objectOf(old['settings']);
  assert.deepEqual(objectOf(settings['notebook_task'])['notebook_path'], '/main');
  assert.equal('tasks' in settings, false);
  assert.match(
    JSON.stringify(recent),
    /"tasks":\[\{"task_key":"main","notebook_task".*"format":"SINGLE_TASK"/u,
  );
  assert.deepEqual([run['format'], run.tasks.length], ['SINGLE_TASK', 1]);
  assert.deepEqual(output['notebook_output'], { result: 'given', truncated: false });
});

test('a run of one task without the word fails as its task does: TERMINATED', async (t) => {
  const workspace = await openForTest(t);
  await workspace.write('main.py', cell('raise ValueError("no")'));

  const submitted = await workspace.ok('POST', '/api/2.0/jobs/runs/submit', NOTEBOOK);
  const run = await workspace.ended(Number(submitted['run_id']));
  const output = await workspace.ok('GET', `/api/2.0/jobs/runs/get-output?run_id=${run.run_id}`);
  const other = await workspace.call('POST', '/api/2.0/jobs/runs/submit', { sql_task: {} });

  assert.deepEqual(
    [run.state.life_cycle_state, run.state.result_state, run.state.state_message],
    ['TERMINATED', 'FAILED', 'Workload failed, see run output for details'],
  );
  assert.equal(output['error'], 'ValueError: no');
  assert.equal(other.body['message'], 'Task main: the sandbox cannot run a sql_task');
});
