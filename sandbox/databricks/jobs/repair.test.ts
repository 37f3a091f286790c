import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';

import { objectOf, openForTest, textOf } from '../open-for-test.ts';
import { cell, task } from './task-for-test.ts';

test('a repair runs what failed and what was held back again, as part of the same run', async (t) => {
  const { workspace, runId } = await openWithFailedRun(t);
  const before = await workspace.run(runId);

  await workspace.putDbfs('fixed', '');
  const repair = await workspace.ok('POST', '/api/2.2/jobs/runs/repair', {
    run_id: runId,
    rerun_all_failed_tasks: true,
  });
  const run = await workspace.ended(runId);
  const history = await historyOf(workspace, runId);

  assert.equal(before.state.result_state, 'FAILED');
  assert.equal(run.state.result_state, 'SUCCESS');
  assert.deepEqual(
    run.tasks.map((one) => [one.task_key, one.attempt_number, one.state.result_state]),
    [
      ['good', 0, 'SUCCESS'],
      ['bad', 0, 'FAILED'],
      ['next', 0, 'UPSTREAM_FAILED'],
      ['bad', 1, 'SUCCESS'],
      ['next', 1, 'SUCCESS'],
    ],
  );
  const ids = run.tasks.map((one) => one.run_id);
  assert.deepEqual(
    history.map((one) => [
      one['type'],
      one['id'],
      objectOf(one['state'])['result_state'],
      one['task_run_ids'],
    ]),
    [
      ['ORIGINAL', undefined, 'FAILED', ids.slice(0, 3)],
      ['REPAIR', repair['repair_id'], 'SUCCESS', ids.slice(3)],
    ],
  );
});

test('a repair of named tasks takes new parameters, and those after them only if it is told to', async (t) => {
  const { workspace, runId } = await openWithFailedRun(t);
  const repair = (more: object) =>
    workspace.call('POST', '/api/2.2/jobs/runs/repair', { run_id: runId, ...more });

  const first = await repair({ rerun_tasks: ['bad'], notebook_params: { mood: 'good' } });
  const alone = await workspace.ended(runId);
  const forgotten = await repair({ rerun_tasks: ['bad'] });
  const latest = { latest_repair_id: first.body['repair_id'] };
  await repair({ rerun_tasks: ['bad'], rerun_dependent_tasks: true, ...latest });
  const both = await workspace.ended(runId);

  const attempts = (run: typeof both) => run.tasks.slice(3).map((one) => one.task_key);
  assert.deepEqual(attempts(alone), ['bad']);
  // What was held back before, and is not run again, stays as it was.
  assert.equal(alone.state.result_state, 'UPSTREAM_FAILED');
  assert.match(textOf(forgotten.body['message']), /^latest_repair_id must be \d+/u);
  assert.deepEqual(attempts(both), ['bad', 'bad', 'next']);
  assert.equal(both.state.result_state, 'SUCCESS');
});

test('a run is repaired once it has ended, and only where something is to be repaired', async (t) => {
  const { workspace, runId } = await openWithFailedRun(t);
  await workspace.write('slow.py', cell('import time\ntime.sleep(60)'));
  const slow = await workspace.submit([task('slow')]);
  const repair = async (body: object) => {
    const answer = await workspace.call('POST', '/api/2.2/jobs/runs/repair', body);
    return `${answer.status} ${textOf(answer.body['message'])}`;
  };

  const messages = await Promise.all([
    repair({ run_id: slow, rerun_all_failed_tasks: true }),
    repair({ run_id: runId }),
    repair({ run_id: runId, rerun_all_failed_tasks: true, rerun_tasks: ['bad'] }),
    repair({ run_id: runId, rerun_tasks: ['nobody'] }),
    repair({ run_id: runId, rerun_tasks: [] }),
    repair({ run_id: runId, rerun_tasks: ['bad'], latest_repair_id: 5 }),
    repair({ run_id: 7, rerun_tasks: ['bad'] }),
  ]);
  await workspace.ok('POST', '/api/2.2/jobs/runs/cancel', { run_id: slow });
  await workspace.ended(slow);

  assert.deepEqual(messages, [
    `400 Run ${slow} is in progress`,
    '400 Exactly one of rerun_tasks and rerun_all_failed_tasks is needed',
    '400 Exactly one of rerun_tasks and rerun_all_failed_tasks is needed',
    '400 rerun_tasks names the task nobody, which does not exist',
    `400 Run ${runId} has no task to repair`,
    `400 Run ${runId} has no repair yet: leave latest_repair_id out`,
    '400 Run 7 does not exist.',
  ]);
});

test('a canceled run can be repaired', async (t) => {
  const workspace = await openForTest(t);
  const source = 'import os, time\nwhile not os.path.exists("/dbfs/go"): time.sleep(0.01)';
  await workspace.write('wait.py', cell(source));
  const runId = await workspace.submit([task('wait')]);
  await workspace.until(runId, (run) => run.state.life_cycle_state === 'RUNNING');
  await workspace.ok('POST', '/api/2.2/jobs/runs/cancel', { run_id: runId });
  const canceled = await workspace.ended(runId);
  await workspace.putDbfs('go', '');

  await workspace.ok('POST', '/api/2.2/jobs/runs/repair', {
    run_id: runId,
    rerun_all_failed_tasks: true,
  });
  const repaired = await workspace.ended(runId);

  assert.equal(canceled.state.result_state, 'CANCELED');
  assert.equal(repaired.state.result_state, 'SUCCESS');
});

/** A run of `good`, and of `bad` with `next` after it; `bad` fails until it is in a good mood. */
async function openWithFailedRun(t: TestContext) {
  const workspace = await openForTest(t);
  await workspace.write('good.py', cell(''));
  await workspace.write(
    'bad.py',
    cell(
      'import os\ndbutils.widgets.text("mood", "bad")\n' +
        'assert os.path.exists("/dbfs/fixed") or dbutils.widgets.get("mood") == "good"',
    ),
  );
  const runId = await workspace.submit([
    task('good'),
    task('bad'),
    task('next', { path: '/good', depends_on: [{ task_key: 'bad' }] }),
  ]);
  await workspace.ended(runId);
  return { workspace, runId };
}

async function historyOf(workspace: Awaited<ReturnType<typeof openForTest>>, runId: number) {
  const run = await workspace.ok(
    'GET',
    `/api/2.2/jobs/runs/get?run_id=${runId}&include_history=true`,
  );
  const history = run['repair_history'];
  return Array.isArray(history) ? history.map(objectOf) : [];
}
