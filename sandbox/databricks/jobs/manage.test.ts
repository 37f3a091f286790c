import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';

import {
  type Answer,
  MEMBER,
  NO_GIT,
  objectOf,
  openForTest,
  type TestWorkspace,
  textOf,
  USER_TOKEN,
} from '../open-for-test.ts';
import { cell, resultsOf, task } from './task-for-test.ts';

test('reset replaces everything, and update only what it names', async (t) => {
  const { workspace, jobId } = await openWithJob(t, { timeout_seconds: 60, tags: { team: 'x' } });

  const update = { name: 'Renamed', tasks: [task('second', { path: '/one' })] };
  await workspace.ok('POST', '/api/2.2/jobs/update', {
    job_id: jobId,
    new_settings: update,
    fields_to_remove: ['tags', 'tasks/first'],
  });
  const updated = await settingsOf(workspace, jobId);
  const reset = { name: 'Anew', tasks: [task('third', { path: '/one' })] };
  await workspace.ok('POST', '/api/2.1/jobs/reset', { job_id: jobId, new_settings: reset });
  const anew = await settingsOf(workspace, jobId);
  const nothing = await workspace.call('POST', '/api/2.1/jobs/update', {
    job_id: jobId,
    fields_to_remove: ['tasks/third'],
  });

  assert.deepEqual(
    [updated['name'], updated['timeout_seconds'], updated['tags'], keysOf(updated)],
    ['Renamed', 60, undefined, ['second']],
  );
  assert.deepEqual([anew['name'], anew['timeout_seconds'], keysOf(anew)], ['Anew', 0, ['third']]);
  assert.equal(nothing.status, 400);
});

test('a deleted job is gone, and its runs stay to be read', async (t) => {
  const { workspace, jobId } = await openWithJob(t);
  const started = await workspace.ok('POST', '/api/2.2/jobs/run-now', { job_id: jobId });
  const run = await workspace.ended(Number(started['run_id']));

  await workspace.ok('POST', '/api/2.2/jobs/delete', { job_id: jobId });
  const missing = await workspace.call('GET', `/api/2.2/jobs/get?job_id=${jobId}`);
  const twice = await workspace.call('POST', '/api/2.2/jobs/delete', { job_id: jobId });
  const still = await workspace.run(run.run_id);

  assert.deepEqual([missing.status, twice.status], [400, 400]);
  assert.equal(still.state.result_state, 'SUCCESS');
});

test('only the tasks that are named run, with those before or after them if a plus says so', async (t) => {
  const workspace = await openForTest(t);
  await workspace.write('one.py', cell(''));
  const tasks = [task('a', { path: '/one' }), task('b', after('a')), task('c', after('b'))];
  const job = await workspace.ok('POST', '/api/2.2/jobs/create', {
    tasks,
    max_concurrent_runs: 9,
  });
  const runNow = (only: readonly string[]) =>
    workspace.call('POST', '/api/2.2/jobs/run-now', { job_id: job['job_id'], only });

  const answers = await Promise.all([['b'], ['+b'], ['b+'], ['nobody']].map(runNow));
  const runs = await Promise.all(
    answers.slice(0, 3).map(({ body }) => workspace.ended(Number(body['run_id']))),
  );

  assert.deepEqual(
    runs.map((run) => Object.keys(resultsOf(run)).join()),
    ['b', 'a,b', 'b,c'],
  );
  assert.ok(runs.every((run) => run.state.result_state === 'SUCCESS'));
  assert.match(textOf(answers[3]?.body['message']), /only names the task nobody/u);
});

test('cancel-all ends what runs and what waits', async (t) => {
  const workspace = await openForTest(t);
  await workspace.write('slow.py', cell('import time\ntime.sleep(60)'));
  const job = await workspace.ok('POST', '/api/2.2/jobs/create', {
    tasks: [task('slow')],
    queue: { enabled: true },
  });
  const start = async () =>
    Number(
      (await workspace.ok('POST', '/api/2.2/jobs/run-now', { job_id: job['job_id'] }))['run_id'],
    );
  const [first, second] = [await start(), await start()];
  await workspace.until(first, (run) => run.state.life_cycle_state === 'RUNNING');

  await workspace.ok('POST', '/api/2.2/jobs/runs/cancel-all', { all_queued_runs: true });
  const queued = await workspace.ended(second);
  const going = await workspace.run(first);
  await workspace.ok('POST', '/api/2.2/jobs/runs/cancel-all', { job_id: job['job_id'] });
  const ended = await workspace.ended(first);
  const nothing = await workspace.call('POST', '/api/2.2/jobs/runs/cancel-all', {});

  assert.equal(queued.state.result_state, 'CANCELED');
  assert.equal(going.state.life_cycle_state, 'RUNNING');
  assert.equal(ended.state.result_state, 'CANCELED');
  assert.equal(nothing.status, 400);
});

test('a run can be deleted once it has ended, and its idempotency token is then worth nothing', async (t) => {
  const workspace = await openForTest(t);
  await workspace.write('slow.py', cell('import time\ntime.sleep(60)'));
  const submission = { tasks: [task('slow')], idempotency_token: 'once' };
  const { run_id: runId } = await workspace.ok('POST', '/api/2.2/jobs/runs/submit', submission);

  const early = await workspace.call('POST', '/api/2.2/jobs/runs/delete', { run_id: runId });
  await workspace.ok('POST', '/api/2.2/jobs/runs/cancel', { run_id: runId });
  await workspace.ended(Number(runId));
  await workspace.ok('POST', '/api/2.2/jobs/runs/delete', { run_id: runId });
  const gone = await workspace.call('GET', `/api/2.2/jobs/runs/get?run_id=${textOf(runId)}`);
  const again = await workspace.call('POST', '/api/2.2/jobs/runs/submit', submission);

  assert.deepEqual([early.status, early.body['error_code']], [400, 'INVALID_STATE']);
  assert.equal(gone.body['message'], `Run ${textOf(runId)} does not exist.`);
  assert.deepEqual([again.status, again.body['error_code']], [400, 'INVALID_PARAMETER_VALUE']);
});

test('API 2.2 shows a hundred tasks at a time, the older ones all', async (t) => {
  const { workspace, jobId } = await openWithJob(t, {
    tasks: Array.from({ length: 150 }, (_, number) => task(`t${number}`, { disabled: true })),
  });
  const started = await workspace.ok('POST', '/api/2.2/jobs/run-now', { job_id: jobId });
  const runId = textOf(started['run_id']);
  await workspace.until(Number(runId), (run) => run.status.state === 'TERMINATED');

  const first = await workspace.ok('GET', `/api/2.2/jobs/runs/get?run_id=${runId}`);
  const token = textOf(first['next_page_token']);
  const second = await workspace.ok(
    'GET',
    `/api/2.2/jobs/runs/get?run_id=${runId}&page_token=${token}`,
  );
  const old = await workspace.ok('GET', `/api/2.1/jobs/runs/get?run_id=${runId}`);
  const job = await workspace.ok('GET', `/api/2.2/jobs/get?job_id=${jobId}`);
  const wrong = await workspace.call(
    'GET',
    `/api/2.2/jobs/runs/get?run_id=${runId}&page_token=tasks-x`,
  );

  assert.deepEqual(
    [first, second, old].map((answer) => [lengthOf(answer['tasks']), answer['has_more']]),
    [
      [100, true],
      [50, undefined],
      [150, undefined],
    ],
  );
  assert.equal(lengthOf(objectOf(job['settings'])['tasks']), 100);
  assert.equal(job['has_more'], true);
  assert.equal(wrong.status, 400);
});

test('who may do nothing with a job is told so before it is looked for', async (t) => {
  const { workspace, jobId } = await openWithJob(t, {}, { admins: ['ann@example.com'] });
  const asOther = (method: string, path: string, body?: unknown) =>
    workspace.call(method, path, body, `app:${NO_GIT}`);

  const answers = await Promise.all([
    asOther('GET', `/api/2.2/jobs/get?job_id=${jobId}`),
    asOther('GET', '/api/2.2/jobs/get?job_id=7'),
    asOther('POST', '/api/2.2/jobs/run-now', { job_id: 7 }),
    asOther('POST', '/api/2.2/jobs/delete', { job_id: jobId }),
    asOther('GET', '/api/2.2/jobs/runs/get?run_id=7'),
  ]);
  const list = await asOther('GET', '/api/2.2/jobs/list');
  const missing = await workspace.call('GET', '/api/2.2/jobs/get?job_id=7', undefined, USER_TOKEN);

  assert.deepEqual([...new Set(answers.map((one) => one.status))], [403]);
  assert.deepEqual(
    answers.slice(0, 3).map((one) => one.body['message']),
    [
      `User ${NO_GIT} does not have View or Admin or Manage Run or Owner permissions on job ${jobId}`,
      `User ${NO_GIT} does not have View or Admin or Manage Run or Owner permissions on job 7`,
      `User ${NO_GIT} does not have Manage Run or Owner or Admin permissions on job 7`,
    ],
  );
  assert.deepEqual(list.body, { has_more: false });
  assert.deepEqual([missing.status, missing.body['message']], [400, 'Job 7 does not exist.']);
});

test('permissions on a job can be read, set and added to, and count', async (t) => {
  const config = { admins: ['ann@example.com'], groups: { ops: [NO_GIT] } };
  const { workspace, jobId } = await openWithJob(t, {}, config);
  const path = `/api/2.0/permissions/jobs/${jobId}`;
  const asOther = (method: string, to: string, body?: unknown) =>
    workspace.call(method, to, body, `app:${NO_GIT}`);

  const before = await workspace.ok('GET', path);
  await workspace.ok('PATCH', path, grant('CAN_VIEW'));
  const seen = await asOther('GET', `/api/2.2/jobs/get?job_id=${jobId}`);
  const refused = await asOther('POST', '/api/2.2/jobs/run-now', { job_id: jobId });
  await workspace.ok('PATCH', path, grant('CAN_MANAGE_RUN'));
  const started = await asOther('POST', '/api/2.2/jobs/run-now', { job_id: jobId });
  const managed = await asOther('PATCH', path, grant('CAN_MANAGE'));
  const levels = await workspace.ok('GET', `${path}/permissionLevels`);
  const ownerless = await workspace.call('PUT', path, grant('CAN_VIEW'));
  const unknown = await workspace.call('PATCH', path, {
    access_control_list: [{ user_name: 'nobody', permission_level: 'CAN_VIEW' }],
  });
  const final = await workspace.ok('GET', path);
  const run = await workspace.ended(Number(started.body['run_id']));

  const admins = {
    group_name: 'admins',
    all_permissions: [
      { permission_level: 'CAN_MANAGE', inherited: true, inherited_from_object: ['/jobs/'] },
    ],
  };
  const owner = {
    service_principal_name: MEMBER,
    display_name: MEMBER,
    all_permissions: [{ permission_level: 'IS_OWNER', inherited: false }],
  };
  assert.deepEqual(before, {
    object_id: `/jobs/${jobId}`,
    object_type: 'job',
    access_control_list: [owner, admins],
  });
  assert.deepEqual(
    [seen.status, refused.status, started.status, managed.status],
    [200, 403, 200, 403],
  );
  assert.equal(lengthOf(levels['permission_levels']), 4);
  assert.equal(ownerless.body['message'], 'The job must have exactly one owner.');
  assert.equal(unknown.body['message'], 'Principal: UserName(nobody) does not exist');
  assert.deepEqual(final['access_control_list'], [
    owner,
    {
      group_name: 'ops',
      all_permissions: [{ permission_level: 'CAN_MANAGE_RUN', inherited: false }],
    },
    admins,
  ]);
  // Whoever starts it, a job runs as its owner.
  assert.equal(run.creator_user_name, NO_GIT);
  assert.equal(run['run_as_user_name'], MEMBER);
});

test('a submitted run is seen by those its access_control_list names', async (t) => {
  const workspace = await openForTest(t, { config: { admins: ['ann@example.com'] } });
  await workspace.write('main.py', cell(''));
  const list = [{ group_name: 'users', permission_level: 'CAN_VIEW' }];
  const open = await workspace.submit([task('main')], { access_control_list: list });
  const closed = await workspace.submit([task('main')]);
  const get = (runId: number) =>
    workspace.call('GET', `/api/2.2/jobs/runs/get?run_id=${runId}`, undefined, `app:${NO_GIT}`);

  const answers = await Promise.all([get(open), get(closed)]);
  const cancel = await workspace.call(
    'POST',
    '/api/2.2/jobs/runs/cancel',
    { run_id: open },
    `app:${NO_GIT}`,
  );
  const list1 = await workspace.call('GET', '/api/2.2/jobs/runs/list', undefined, `app:${NO_GIT}`);
  await Promise.all([open, closed].map((runId) => workspace.ended(runId)));

  assert.deepEqual(
    answers.map((one) => one.status),
    [200, 403],
  );
  assert.equal(cancel.status, 403);
  assert.equal(lengthOf(list1.body['runs']), 1);
});

test('a run acts as another application for who has the role', async (t) => {
  const workspace = await openForTest(t, { config: { run_as: { [NO_GIT]: [MEMBER] } } });
  const me = 'dbutils.notebook.entry_point.getDbutils().notebook().getContext().userName().get()';
  await workspace.write('main.py', cell(`dbutils.notebook.exit(${me})`));
  const runAs = { run_as: { service_principal_name: NO_GIT } };

  const run = await workspace.ended(await workspace.submit([task('main')], runAs));
  const refused = await workspace.call(
    'POST',
    '/api/2.2/jobs/runs/submit',
    { tasks: [task('main')], ...runAs },
    USER_TOKEN,
  );

  const output = await workspace.output(run);
  assert.equal(objectOf(output['notebook_output'])['result'], NO_GIT);
  assert.equal(run.creator_user_name, MEMBER);
  assert.equal(refused.status, 403);
});

test('a run waits for a cluster of its own as long as the workspace needs to start one', async (t) => {
  const workspace = await openForTest(t, { config: { cluster_start_ms: 60_000 } });
  await workspace.write('one.py', cell(''));
  const cluster = { new_cluster: { spark_version: '15.4.x-scala2.12', num_workers: 0 } };

  const own = await workspace.submit([task('one', cluster)]);
  const serverless = await workspace.ended(await workspace.submit([task('one')]));
  const waiting = await workspace.run(own);
  await workspace.ok('POST', '/api/2.2/jobs/runs/cancel', { run_id: own });
  const canceled = await workspace.ended(own);
  const two = await workspace.call('POST', '/api/2.2/jobs/runs/submit', {
    tasks: [task('one', { ...cluster, existing_cluster_id: 'x' })],
  });

  assert.equal(serverless.state.result_state, 'SUCCESS');
  assert.equal(waiting.state.life_cycle_state, 'PENDING');
  assert.equal(canceled.state.result_state, 'CANCELED');
  assert.equal(two.status, 400);
});

test('nothing starts a job by itself: a schedule has to be paused', async (t) => {
  const workspace = await openForTest(t);
  const schedule = { quartz_cron_expression: '0 0 * * * ?', timezone_id: 'UTC' };
  const create = (more: object) =>
    workspace.call('POST', '/api/2.2/jobs/create', { tasks: [task('main')], ...more });

  const [live, paused] = await Promise.all([
    create({ schedule }),
    create({ schedule: { ...schedule, pause_status: 'PAUSED' } }),
  ]);

  assert.match(textOf(live?.body['message']), /The sandbox starts no job by itself: schedule/u);
  assert.equal(paused?.status, 200);
});

async function openWithJob(t: TestContext, more: object = {}, config: object = {}) {
  const workspace = await openForTest(t, { config });
  await workspace.write('one.py', cell(''));
  const tasks = [task('first', { path: '/one' })];
  const job = await workspace.ok('POST', '/api/2.2/jobs/create', { name: 'J', tasks, ...more });
  return { workspace, jobId: Number(job['job_id']) };
}

async function settingsOf(workspace: TestWorkspace, jobId: number) {
  const job: Answer = await workspace.ok('GET', `/api/2.2/jobs/get?job_id=${jobId}`);
  return objectOf(job['settings']);
}

function keysOf(settings: Record<string, unknown>): string[] {
  const { tasks } = settings;
  return Array.isArray(tasks) ? tasks.map((one) => textOf(objectOf(one)['task_key'])) : [];
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}

function after(key: string) {
  return { path: '/one', depends_on: [{ task_key: key }] };
}

function grant(level: string) {
  return { access_control_list: [{ group_name: 'ops', permission_level: level }] };
}
