import assert from 'node:assert/strict';
import { test } from 'node:test';

import { objectOf, openForTest, textOf } from '../open-for-test.ts';
import { cell, task } from './task-for-test.ts';

test('a task run is exported as a page with its cells and what they showed', async (t) => {
  const workspace = await openForTest(t);
  const run = await workspace.ended(
    await workspace.submitCells(['print("<b>")', 'raise ValueError("no")']),
  );

  const ofTask = await workspace.ok(
    'GET',
    `/api/2.2/jobs/runs/export?run_id=${run.tasks[0]?.run_id}&views_to_export=ALL`,
  );
  const ofRun = await workspace.ok('GET', `/api/2.1/jobs/runs/export?run_id=${run.run_id}`);
  const boards = await workspace.ok(
    'GET',
    `/api/2.2/jobs/runs/export?run_id=${run.run_id}&views_to_export=DASHBOARDS`,
  );

  const [view] = Array.isArray(ofTask['views']) ? ofTask['views'].map(objectOf) : [];
  assert.deepEqual([view?.['name'], view?.['type']], ['main', 'NOTEBOOK']);
  const page = textOf(view?.['content']);
  assert.match(page, /^<!doctype html>/u);
  assert.match(page, /<pre class="out">&#60;b&#62;<\/pre>/u);
  assert.match(page, /ValueError: no/u);
  assert.deepEqual(ofRun, ofTask);
  assert.deepEqual(boards, {});
});

test('a run of several tasks is not exported: its task runs are', async (t) => {
  const workspace = await openForTest(t);
  await workspace.write('one.py', cell(''));
  const runId = await workspace.submit([task('a', { path: '/one' }), task('b', { path: '/one' })]);
  await workspace.ended(runId);

  const answer = await workspace.call('GET', `/api/2.2/jobs/runs/export?run_id=${runId}`);

  assert.deepEqual([answer.status, answer.body['error_code']], [400, 'INVALID_PARAMETER_VALUE']);
});
