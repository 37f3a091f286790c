import assert from 'node:assert/strict';
import { test } from 'node:test';

import { MEMBER, openForTest, type TestWorkspace, textOf } from '../open-for-test.ts';
import { resultsOf, task } from './task-for-test.ts';

test('a notebook that exits with a value succeeds, and get-output gives the value', async (t) => {
  const workspace = await openForTest(t);

  const runId = await workspace.submitCells(['x = 6', 'dbutils.notebook.exit(str(x * 7))']);
  const run = await workspace.ended(runId);

  assert.deepEqual(run.state, {
    life_cycle_state: 'TERMINATED',
    result_state: 'SUCCESS',
    state_message: '',
    user_cancelled_or_timedout: false,
  });
  assert.deepEqual(run.status, {
    state: 'TERMINATED',
    termination_details: { code: 'SUCCESS', type: 'SUCCESS', message: '' },
  });
  assert.equal(run.creator_user_name, MEMBER);
  assert.ok(String(run.run_id).length === 15 && run.tasks[0] && run.tasks[0].run_id > run.run_id);
  const output = await workspace.output(run);
  assert.deepEqual(output['notebook_output'], { result: '42', truncated: false });
});

test('a notebook that never exits has a notebook_output without a result', async (t) => {
  const workspace = await openForTest(t);

  const run = await workspace.ended(await workspace.submitCells(['x = 1']));

  const output = await workspace.output(run);
  assert.deepEqual(output['notebook_output'], {});
  assert.equal('error' in output, false);
});

test('a raise fails the task, and makes the run INTERNAL_ERROR in one word and TERMINATED in the other', async (t) => {
  const workspace = await openForTest(t);

  const runId = await workspace.submitCells(['x = 1', 'raise RuntimeError("boom")']);
  const run = await workspace.ended(runId);

  const main = run.tasks[0];
  assert.equal(main?.state.life_cycle_state, 'TERMINATED');
  assert.equal(main?.state.result_state, 'FAILED');
  assert.equal(main?.state.state_message, 'Workload failed, see run output for details');
  assert.equal(run.state.life_cycle_state, 'INTERNAL_ERROR');
  assert.equal(run.state.result_state, 'FAILED');
  const told = 'Task main failed with message: Workload failed, see run output for details.';
  assert.equal(run.state.state_message, told);
  assert.deepEqual(run.status, {
    state: 'TERMINATED',
    termination_details: { code: 'RUN_EXECUTION_ERROR', type: 'CLIENT_ERROR', message: told },
  });
  const output = await workspace.output(run);
  assert.equal(output['error'], 'RuntimeError: boom');
  assert.match(textOf(output['error_trace']), /^Traceback .*\n {2}File "<command-2>", line 1/u);
});

test('the output of a run that has tasks is refused: each task has its own', async (t) => {
  const workspace = await openForTest(t);
  const runId = await workspace.submitCells(['1']);

  const answer = await workspace.call('GET', `/api/2.1/jobs/runs/get-output?run_id=${runId}`);

  assert.equal(answer.status, 400);
  assert.equal(answer.body['error_code'], 'INVALID_PARAMETER_VALUE');
  assert.match(textOf(answer.body['message']), /runs with multiple tasks is not supported/u);
  await workspace.ended(runId);
});

test('tasks run after those they depend on, and hand on values', async (t) => {
  const workspace = await openForTest(t);
  await workspace.write(
    'prep.py',
    '# Databricks notebook source\ndbutils.jobs.taskValues.set(key="rows", value=6)\n',
  );
  await workspace.write(
    'train.py',
    '# Databricks notebook source\nn = dbutils.jobs.taskValues.get("prep", "rows")\ndbutils.notebook.exit(f"{n} {dbutils.widgets.get(\'given\')}")\n',
  );
  await workspace.write(
    'check.py',
    '# Databricks notebook source\ndbutils.jobs.taskValues.get("nobody", "rows", default=1)\n',
  );

  const runId = await workspace.submit([
    task('check', { depends_on: [{ task_key: 'train' }, { task_key: 'prep' }] }),
    task('train', {
      depends_on: [{ task_key: 'prep' }],
      parameters: { given: '{{tasks.prep.values.rows}} {{job.run_id}}' },
    }),
    task('prep'),
  ]);
  const run = await workspace.ended(runId);

  const train = await workspace.output(run, 'train');
  assert.deepEqual(train['notebook_output'], { result: `6 6 ${runId}`, truncated: false });
  const check = await workspace.output(run, 'check');
  assert.equal(check['error'], 'ValueError: Task key does not exist in run: nobody.');
  assert.deepEqual(resultsOf(run), { check: 'FAILED', train: 'SUCCESS', prep: 'SUCCESS' });
});

test('what depends on a failed task is skipped, unless its run_if says otherwise', async (t) => {
  const workspace = await openForTest(t);
  await workspace.write('good.py', '# Databricks notebook source\n');
  await workspace.write('bad.py', '# Databricks notebook source\n1 / 0\n');
  const after = [{ task_key: 'bad' }];

  const failed = await workspace.ended(
    await workspace.submit([
      task('bad'),
      task('next', { path: '/good', depends_on: after }),
      task('last', { path: '/good', depends_on: [{ task_key: 'next' }] }),
      task('tidy', { path: '/good', depends_on: after, run_if: 'ALL_DONE' }),
      task('luck', { path: '/good', depends_on: after, run_if: 'AT_LEAST_ONE_SUCCESS' }),
    ]),
  );
  const rescued = await workspace.ended(
    await workspace.submit([
      task('bad'),
      task('tidy', { path: '/good', depends_on: after, run_if: 'AT_LEAST_ONE_FAILED' }),
    ]),
  );

  assert.deepEqual(resultsOf(failed), {
    bad: 'FAILED',
    next: 'UPSTREAM_FAILED',
    last: 'UPSTREAM_FAILED',
    tidy: 'SUCCESS',
    luck: 'UPSTREAM_FAILED',
  });
  const next = failed.tasks[1];
  assert.equal(next?.state.life_cycle_state, 'SKIPPED');
  assert.equal(next?.status.termination_details?.code, 'SKIPPED');
  assert.equal(
    failed.state.state_message,
    'Task bad failed with message: Workload failed, see run output for details. ' +
      'This caused all downstream tasks to get skipped.',
  );
  assert.equal(rescued.state.result_state, 'SUCCESS_WITH_FAILURES');
  assert.equal(rescued.status.termination_details?.code, 'SUCCESS_WITH_FAILURES');
});

test('a failed task is tried again as often as it may, each time as an attempt of its own', async (t) => {
  const workspace = await openForTest(t);
  const cells = [
    'import os\nseen = os.path.exists("/dbfs/seen")\nopen("/dbfs/seen", "w")\nassert seen, "not yet"',
  ];

  const runId = await workspace.submitCells(cells, { max_retries: 2 });
  const run = await workspace.ended(runId);

  assert.deepEqual(
    run.tasks.map((one) => [one.attempt_number, one.state.result_state]),
    [
      [0, 'FAILED'],
      [1, 'SUCCESS'],
    ],
  );
  assert.equal(run.state.result_state, 'SUCCESS');
});

test('cancel answers at once, and the run ends canceled with all its tasks', async (t) => {
  const workspace = await openForTest(t);
  await workspace.write('next.py', '# Databricks notebook source\n');
  await workspace.write('sleep.py', '# Databricks notebook source\nimport time\ntime.sleep(60)\n');
  const runId = await workspace.submit([
    task('sleep'),
    task('next', { depends_on: [{ task_key: 'sleep' }] }),
  ]);
  await workspace.until(runId, (run) => run.tasks[0]?.state.life_cycle_state === 'RUNNING');

  const asked = await workspace.call('POST', '/api/2.1/jobs/runs/cancel', { run_id: runId });
  const meanwhile = await workspace.run(runId);
  const run = await workspace.ended(runId);
  await workspace.ok('POST', '/api/2.1/jobs/runs/cancel', { run_id: runId });

  assert.equal(asked.status, 200);
  assert.equal(meanwhile.status.state, 'TERMINATING');
  assert.equal(run.state.life_cycle_state, 'TERMINATED');
  assert.equal(run.state.result_state, 'CANCELED');
  assert.equal(run.status.termination_details?.code, 'USER_CANCELED');
  assert.deepEqual(resultsOf(run), { sleep: 'CANCELED', next: 'CANCELED' });
});

test('a run that takes too long is TIMEDOUT in one word and CANCELED in the other', async (t) => {
  const workspace = await openForTest(t);
  await workspace.write('sleep.py', '# Databricks notebook source\nimport time\ntime.sleep(60)\n');

  const runs = await Promise.all([
    workspace.submit([task('sleep')], { timeout_seconds: 1 }),
    workspace.submit([task('sleep', { timeout_seconds: 1 })]),
  ]);
  const [byRun, byTask] = await Promise.all(runs.map((runId) => workspace.ended(runId)));

  assert.equal(byRun?.state.life_cycle_state, 'TERMINATED');
  assert.equal(byRun?.state.result_state, 'TIMEDOUT');
  assert.equal(byRun?.status.termination_details?.code, 'CANCELED');
  assert.deepEqual(byTask && resultsOf(byTask), { sleep: 'TIMEDOUT' });
  assert.equal(byTask?.state.result_state, 'FAILED');
});

test('the same idempotency token gives the same run, even when the requests are sent at once', async (t) => {
  const workspace = await openForTest(t);
  await workspace.write('main.py', '# Databricks notebook source\n');
  const more = { idempotency_token: 'sb-0f6c' };

  const [first, second] = await Promise.all([
    workspace.submit([task('main')], more),
    workspace.submit([task('main')], more),
  ]);
  const other = await workspace.submit([task('main')], { idempotency_token: 'sb-0f6d' });
  const long = await workspace.call('POST', '/api/2.2/jobs/runs/submit', {
    tasks: [task('main')],
    idempotency_token: 'x'.repeat(65),
  });

  assert.equal(first, second);
  assert.notEqual(first, other);
  assert.equal(long.status, 400);
  await workspace.ended(other);
});

test('a missing notebook is no error of submit, but the end of the run', async (t) => {
  const workspace = await openForTest(t);
  await workspace.write('plain.py', 'print("no notebook")\n');
  await workspace.write('query.sql', '-- Databricks notebook source\n');

  const paths = ['/not/there', '/plain', '/query', '/../../etc/passwd'];
  const runIds = await Promise.all(paths.map((path) => workspace.submit([task('main', { path })])));
  const runs = await Promise.all(runIds.map((runId) => workspace.ended(runId)));

  const codes = runs.map((run) => run.tasks[0]?.status.termination_details?.code);
  assert.deepEqual(codes, [
    'RESOURCE_NOT_FOUND',
    'RESOURCE_NOT_FOUND',
    'FEATURE_DISABLED',
    'RESOURCE_NOT_FOUND',
  ]);
  assert.equal(runs[0]?.tasks[0]?.state.life_cycle_state, 'INTERNAL_ERROR');
  assert.equal(runs[0]?.state.result_state, 'FAILED');
  assert.match(
    runs[0]?.state.state_message ?? '',
    /^Task main failed with message: Unable to access the notebook "\/not\/there"/u,
  );
});

test('submit refuses what it does not understand, naming it', async (t) => {
  const workspace = await openForTest(t);
  const git = { git_url: 'https://dev.azure.com/contoso/p/_git/r', git_branch: 'main' };

  const messages = await Promise.all(
    [
      { tasks: [] },
      { notebook_task: { notebook_path: '/x' } },
      { tasks: [{ task_key: 'sql', sql_task: {} }] },
      { tasks: [{ task_key: 'main', notebook_task: {} }] },
      { tasks: [task('a', { depends_on: [{ task_key: 'b' }] })] },
      { tasks: [task('a', { depends_on: [{ task_key: 'a' }] })] },
      { tasks: [task('a'), task('a')] },
      { tasks: [task('main', { path: 'relative' })] },
      { tasks: [task('main', { path: 'nb' })], git_source: git },
      {
        tasks: [task('main', { path: 'nb' })],
        git_source: { ...git, git_provider: 'github', git_tag: 'v1' },
      },
    ].map(async (body) => {
      const answer = await workspace.call('POST', '/api/2.2/jobs/runs/submit', body);
      return `${answer.status} ${textOf(answer.body['message'])}`;
    }),
  );

  assert.deepEqual(messages, [
    '400 One of job_cluster or tasks must be specified: tasks is empty',
    '400 notebook_task outside of tasks is the format of API 2.0, no longer taken by this version',
    '400 Task sql: the sandbox cannot run a sql_task',
    '400 Missing required field: tasks.0.notebook_task.notebook_path',
    '400 Task a depends on b, which does not exist',
    '400 The tasks depend on each other: a',
    '400 Duplicate task_key: a',
    "400 Only absolute paths are currently supported. Paths must begin with '/'.",
    '400 git_source.git_provider must be one of: github,gitlab,bitbucketcloud,gitlabenterpriseedition,bitbucketserver,azuredevopsservices,githubenterprise,awscodecommit',
    '400 Exactly one of git_source.git_branch, git_source.git_tag, git_source.git_commit is needed',
  ]);
});

test('runs are listed newest first, page by page, with their tasks only if asked', async (t) => {
  const workspace = await openForTest(t);
  await workspace.write('main.py', '# Databricks notebook source\n');
  const parameters = { signalbox_key: 'abc234' };
  const first = await workspace.submit([task('main', { parameters })]);
  const second = await workspace.submit([task('main')]);
  const third = await workspace.submit([task('main')]);
  await Promise.all([first, second, third].map((runId) => workspace.ended(runId)));
  const list = (query: string) => workspace.ok('GET', `/api/2.1/jobs/runs/list?${query}`);

  const page = await list('limit=2');
  const next = await list(
    `limit=2&expand_tasks=true&page_token=${textOf(page['next_page_token'])}`,
  );
  const active = await list('active_only=true');
  const late = await list(`start_time_from=${Date.now() + 1000}`);
  const tooMany = await workspace.call('GET', '/api/2.1/jobs/runs/list?limit=26');

  assert.deepEqual(idsOf(page), [third, second]);
  assert.equal(page['has_more'], true);
  assert.doesNotMatch(JSON.stringify(page), /"tasks"/u);
  assert.deepEqual(idsOf(next), [first]);
  assert.equal(next['has_more'], false);
  assert.match(JSON.stringify(next), /"base_parameters":\{"signalbox_key":"abc234"\}/u);
  assert.deepEqual([active, late], [{ has_more: false }, { has_more: false }]);
  assert.equal(tooMany.status, 400);
});

test('a saved job runs now with the parameters given, one run at a time', async (t) => {
  const workspace = await openForTest(t);
  await workspace.write(
    'job.py',
    '# Databricks notebook source\nw = dbutils.widgets\nw.text("c", "c0")\ndbutils.notebook.exit(w.get("a") + w.get("b") + w.get("c"))\n',
  );
  const job = await workspace.ok('POST', '/api/2.1/jobs/create', {
    name: 'A job',
    tasks: [task('main', { path: '/job', parameters: { a: 'a1', b: 'b1' } })],
  });
  const runNow = () =>
    workspace.ok('POST', '/api/2.0/jobs/run-now', {
      job_id: textOf(job['job_id']),
      notebook_params: { a: 'a2' },
    });

  const started = await runNow();
  const tooMany = await workspace.ended(Number((await runNow())['run_id']));
  const run = await workspace.ended(Number(started['run_id']));
  const missing = await workspace.call('GET', '/api/2.2/jobs/get?job_id=7');
  const list = await workspace.ok('GET', '/api/2.2/jobs/list?name=a%20JOB');

  const output = await workspace.output(run);
  assert.deepEqual(output['notebook_output'], { result: 'a2b1c0', truncated: false });
  assert.equal(run.job_id, job['job_id']);
  assert.equal(started['number_in_job'], started['run_id']);
  assert.equal(tooMany.state.life_cycle_state, 'SKIPPED');
  assert.equal(tooMany.state.result_state, 'MAXIMUM_CONCURRENT_RUNS_REACHED');
  assert.equal(tooMany.status.termination_details?.code, 'MAX_CONCURRENT_RUNS_EXCEEDED');
  assert.deepEqual([missing.status, missing.body['message']], [400, 'Job 7 does not exist.']);
  assert.match(JSON.stringify(list), /"name":"A job"/u);
});

test('job parameters reach every task, and a queued run starts when the one before it has ended', async (t) => {
  const workspace = await openForTest(t);
  await workspace.write(
    'job.py',
    '# Databricks notebook source\nimport time\ntime.sleep(0.1)\ndbutils.notebook.exit(dbutils.widgets.get("p"))\n',
  );
  const job = await workspace.ok('POST', '/api/2.2/jobs/create', {
    tasks: [task('main', { path: '/job', parameters: { p: 'own' } })],
    parameters: [{ name: 'p', default: 'usual' }],
    queue: { enabled: true },
  });
  const runNow = (more: object) =>
    workspace.ok('POST', '/api/2.2/jobs/run-now', { job_id: job['job_id'], ...more });

  const first = await runNow({});
  const second = await runNow({ job_parameters: { p: 'special' } });
  const queued = await workspace.run(Number(second['run_id']));
  const runs = [first, second].map((one) => workspace.ended(Number(one['run_id'])));
  const outputs = await Promise.all((await Promise.all(runs)).map((run) => workspace.output(run)));
  const mixed = await workspace.call('POST', '/api/2.2/jobs/run-now', {
    job_id: job['job_id'],
    notebook_params: { p: 'x' },
  });

  assert.equal(queued.state.life_cycle_state, 'QUEUED');
  assert.deepEqual(
    outputs.map((one) => one['notebook_output']),
    [
      { result: 'usual', truncated: false },
      { result: 'special', truncated: false },
    ],
  );
  assert.equal(mixed.status, 400);
});

test('the token of a notebook is its caller, for as long as its task runs', async (t) => {
  const workspace = await openForTest(t);
  const cells = [
    'import time\nt = dbutils.notebook.entry_point.getDbutils().notebook().getContext().apiToken().get()',
    'open("/dbfs/token", "w").write(t)\nimport os\nwhile not os.path.exists("/dbfs/go"): time.sleep(0.01)',
  ];
  const runId = await workspace.submitCells(cells);
  const token = await workspace.dbfs('token');

  const during = await workspace.call('GET', '/api/2.0/preview/scim/v2/Me', undefined, token);
  await workspace.putDbfs('go', '');
  await workspace.ended(runId);
  const after = await workspace.call('GET', '/api/2.0/preview/scim/v2/Me', undefined, token);

  assert.equal(during.body['userName'], MEMBER);
  assert.equal(after.status, 403);
  assert.ok(workspace.hidden.has(token));
});

test('closing the workspace ends what still runs', async (t) => {
  const workspace = await openForTest(t);
  const runId = await workspace.submitCells([
    'open("/dbfs/started", "w").write("yes")',
    'import time\ntime.sleep(60)',
  ]);
  assert.equal(await workspace.dbfs('started'), 'yes');
  const began = performance.now();

  await workspace.close();

  const run = await workspace.run(runId);
  assert.equal(run.state.result_state, 'CANCELED');
  assert.ok(performance.now() - began < 1000);
});

function idsOf(page: Awaited<ReturnType<TestWorkspace['ok']>>): unknown[] {
  const { runs } = page;
  assert.ok(Array.isArray(runs));
  return runs.map((run) =>
    run !== null && typeof run === 'object' && 'run_id' in run ? run['run_id'] : null,
  );
}
