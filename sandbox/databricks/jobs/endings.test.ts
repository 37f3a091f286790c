import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { ForcedEnding } from '../../kit/tools.ts';
import { NO_GIT, openForTest, type RunAnswer, type TestWorkspace } from '../open-for-test.ts';
import { cell, task } from './task-for-test.ts';

/** Source: databricks-sdk-py service/jobs.py, RunResultState; null: the answer has none. */
const RESULTS = [
  'SUCCESS',
  'FAILED',
  'TIMEDOUT',
  'CANCELED',
  'MAXIMUM_CONCURRENT_RUNS_REACHED',
  'EXCLUDED',
  'SUCCESS_WITH_FAILURES',
  'UPSTREAM_FAILED',
  'UPSTREAM_CANCELED',
  'DISABLED',
  null,
];

/** Source: databricks-sdk-py service/jobs.py, RunLifeCycleState: the terminal ones. */
const LIFE_CYCLES = ['TERMINATED', 'SKIPPED', 'INTERNAL_ERROR'];

/** Source: databricks-sdk-py service/jobs.py, TerminationCodeCode and its predecessors. */
const CODES = [
  'SUCCESS',
  'SUCCESS_WITH_FAILURES',
  'USER_CANCELED',
  'CANCELED',
  'SKIPPED',
  'INTERNAL_ERROR',
  'DRIVER_ERROR',
  'CLUSTER_ERROR',
  'REPOSITORY_CHECKOUT_FAILED',
  'INVALID_CLUSTER_REQUEST',
  'WORKSPACE_RUN_LIMIT_EXCEEDED',
  'FEATURE_DISABLED',
  'CLUSTER_REQUEST_LIMIT_EXCEEDED',
  'STORAGE_ACCESS_ERROR',
  'RUN_EXECUTION_ERROR',
  'UNAUTHORIZED_ERROR',
  'LIBRARY_INSTALLATION_ERROR',
  'MAX_CONCURRENT_RUNS_EXCEEDED',
  'MAX_SPARK_CONTEXTS_EXCEEDED',
  'RESOURCE_NOT_FOUND',
  'INVALID_RUN_CONFIGURATION',
  'CLOUD_FAILURE',
  'MAX_JOB_QUEUE_SIZE_EXCEEDED',
  'DISABLED',
  'BREAKING_CHANGE',
  'CLUSTER_TERMINATED_BY_USER',
  'BUDGET_POLICY_LIMIT_EXCEEDED',
];

/** What no notebook and no setting can bring about here, and a fault can. */
const ONLY_BY_FAULT = [
  'INTERNAL_ERROR',
  'CLUSTER_ERROR',
  'INVALID_CLUSTER_REQUEST',
  'WORKSPACE_RUN_LIMIT_EXCEEDED',
  'CLUSTER_REQUEST_LIMIT_EXCEEDED',
  'STORAGE_ACCESS_ERROR',
  'UNAUTHORIZED_ERROR',
  'MAX_SPARK_CONTEXTS_EXCEEDED',
  'CLOUD_FAILURE',
  'MAX_JOB_QUEUE_SIZE_EXCEEDED',
  'BREAKING_CHANGE',
  'CLUSTER_TERMINATED_BY_USER',
  'BUDGET_POLICY_LIMIT_EXCEEDED',
];

/** A way to have a run end: by what it is made of, and what is done to it. */
interface Way {
  readonly by: string;
  readonly start: (workspace: TestWorkspace) => Promise<number>;
  /** `life cycle/result/code` of the run. */
  readonly run: string;
  /** The same of its tasks, those that matter. */
  readonly tasks?: Readonly<Record<string, string>>;
}

const WAYS: readonly Way[] = [
  {
    by: 'a notebook that comes to its end',
    start: (workspace) => workspace.submit([task('good')]),
    run: 'TERMINATED/SUCCESS/SUCCESS',
    tasks: { good: 'TERMINATED/SUCCESS/SUCCESS' },
  },
  {
    by: 'a notebook that exits with the word failed, which is a success all the same',
    start: (workspace) => workspace.submit([task('exit')]),
    run: 'TERMINATED/SUCCESS/SUCCESS',
  },
  {
    by: 'a notebook that raises',
    start: (workspace) => workspace.submit([task('bad')]),
    run: 'INTERNAL_ERROR/FAILED/RUN_EXECUTION_ERROR',
    tasks: { bad: 'TERMINATED/FAILED/RUN_EXECUTION_ERROR' },
  },
  {
    by: 'a notebook that raises, in a run of one task without the word',
    start: async (workspace) => {
      const submission = { notebook_task: { notebook_path: '/bad' } };
      const answer = await workspace.ok('POST', '/api/2.0/jobs/runs/submit', submission);
      return Number(answer['run_id']);
    },
    run: 'TERMINATED/FAILED/RUN_EXECUTION_ERROR',
  },
  {
    by: 'a notebook whose process dies',
    start: (workspace) => workspace.submit([task('die')]),
    run: 'INTERNAL_ERROR/FAILED/DRIVER_ERROR',
    tasks: { die: 'TERMINATED/FAILED/DRIVER_ERROR' },
  },
  {
    by: 'a cancellation',
    start: async (workspace) => {
      const runId = await workspace.submit([task('slow'), task('next', after('slow'))]);
      await workspace.until(runId, (run) => run.state.life_cycle_state === 'RUNNING');
      await workspace.ok('POST', '/api/2.2/jobs/runs/cancel', { run_id: runId });
      return runId;
    },
    run: 'TERMINATED/CANCELED/USER_CANCELED',
    tasks: { slow: 'TERMINATED/CANCELED/USER_CANCELED' },
  },
  {
    by: 'the cancellation of one task, handed down to the next',
    start: async (workspace) => {
      const runId = await workspace.submit([task('slow'), task('next', after('slow'))]);
      const running = await workspace.until(
        runId,
        ({ tasks: [slow] }) => slow?.state.life_cycle_state === 'RUNNING',
      );
      const slow = { run_id: running.tasks[0]?.run_id };
      await workspace.ok('POST', '/api/2.2/jobs/runs/cancel', slow);
      return runId;
    },
    run: 'TERMINATED/CANCELED/USER_CANCELED',
    tasks: {
      slow: 'TERMINATED/CANCELED/USER_CANCELED',
      next: 'SKIPPED/UPSTREAM_CANCELED/SKIPPED',
    },
  },
  {
    by: "the run's timeout",
    start: (workspace) => workspace.submit([task('slow')], { timeout_seconds: 1 }),
    run: 'TERMINATED/TIMEDOUT/CANCELED',
  },
  {
    by: "a task's timeout",
    start: (workspace) => workspace.submit([task('slow', { timeout_seconds: 1 })]),
    run: 'INTERNAL_ERROR/FAILED/RUN_EXECUTION_ERROR',
    tasks: { slow: 'TERMINATED/TIMEDOUT/CANCELED' },
  },
  {
    by: 'a failure that a later task makes up for',
    start: (workspace) =>
      workspace.submit([task('bad'), task('good', { ...after('bad'), run_if: 'ALL_DONE' })]),
    run: 'TERMINATED/SUCCESS_WITH_FAILURES/SUCCESS_WITH_FAILURES',
  },
  {
    by: 'a failure that holds back what comes after it',
    start: (workspace) => workspace.submit([task('bad'), task('good', after('bad'))]),
    run: 'INTERNAL_ERROR/FAILED/RUN_EXECUTION_ERROR',
    tasks: { good: 'SKIPPED/UPSTREAM_FAILED/SKIPPED' },
  },
  {
    by: 'a repair of the failed task alone',
    start: async (workspace) => {
      const tasks = [task('once'), task('good', after('once'))];
      const runId = await workspace.submit(tasks);
      await workspace.ended(runId);
      const repair = { run_id: runId, rerun_tasks: ['once'] };
      await workspace.ok('POST', '/api/2.2/jobs/runs/repair', repair);
      return runId;
    },
    run: 'TERMINATED/UPSTREAM_FAILED/SKIPPED',
  },
  {
    by: 'a condition that is not met',
    start: (workspace) => {
      const onFailure = { ...after('good'), path: '/good', run_if: 'AT_LEAST_ONE_FAILED' };
      return workspace.submit([task('good'), task('tidy', onFailure)]);
    },
    run: 'TERMINATED/SUCCESS/SUCCESS',
    tasks: { tidy: 'SKIPPED/EXCLUDED/SKIPPED' },
  },
  {
    by: 'tasks that are disabled',
    start: (workspace) => workspace.submit([task('good', { disabled: true })]),
    run: 'TERMINATED/DISABLED/DISABLED',
    tasks: { good: 'SKIPPED/DISABLED/DISABLED' },
  },
  {
    by: 'another run of the same job',
    start: async (workspace) => {
      const job = await workspace.ok('POST', '/api/2.2/jobs/create', { tasks: [task('slow')] });
      const run = { job_id: job['job_id'] };
      await workspace.ok('POST', '/api/2.2/jobs/run-now', run);
      const second = await workspace.ok('POST', '/api/2.2/jobs/run-now', run);
      return Number(second['run_id']);
    },
    run: 'SKIPPED/MAXIMUM_CONCURRENT_RUNS_REACHED/MAX_CONCURRENT_RUNS_EXCEEDED',
  },
  {
    by: 'a caller without a git credential',
    start: async (workspace) => {
      const git = { git_url: 'https://dev.azure.com/c/p/_git/r', git_branch: 'main' };
      const source = { ...git, git_provider: 'azureDevOpsServices' };
      const submission = { tasks: [task('good', { path: 'nb' })], git_source: source };
      const answer = await workspace.call(
        'POST',
        '/api/2.2/jobs/runs/submit',
        submission,
        `app:${NO_GIT}`,
      );
      return Number(answer.body['run_id']);
    },
    run: 'INTERNAL_ERROR/FAILED/REPOSITORY_CHECKOUT_FAILED',
  },
  {
    by: 'a notebook that is not there',
    start: (workspace) => workspace.submit([task('nowhere')]),
    run: 'INTERNAL_ERROR/FAILED/RESOURCE_NOT_FOUND',
    tasks: { nowhere: 'INTERNAL_ERROR/FAILED/RESOURCE_NOT_FOUND' },
  },
  {
    by: 'a notebook in a language that the workspace does not run',
    start: (workspace) => workspace.submit([task('query')]),
    run: 'INTERNAL_ERROR/FAILED/FEATURE_DISABLED',
  },
  {
    by: 'a reference to a value that there is not',
    start: (workspace) =>
      workspace.submit([task('good', { parameters: { p: '{{job.nothing}}' } })]),
    run: 'INTERNAL_ERROR/FAILED/INVALID_RUN_CONFIGURATION',
  },
  {
    by: 'a library that is not there',
    start: (workspace) =>
      workspace.submit([task('good', { libraries: [{ whl: 'dbfs:/nowhere.whl' }] })]),
    run: 'INTERNAL_ERROR/FAILED/LIBRARY_INSTALLATION_ERROR',
  },
];

test('notebooks, settings and what is done to a run bring about each ending that they can', async (t) => {
  const workspace = await openForTest(t);
  await writeNotebooks(workspace);

  const seen = await Promise.all(
    WAYS.map(async ({ by, start, tasks = {} }) => {
      const run = await workspace.ended(await start(workspace));
      const named = Object.keys(tasks).map((key) => [key, endingOf(latest(run, key))] as const);
      return { by, run: endingOf(run), tasks: Object.fromEntries(named) };
    }),
  );

  assert.deepEqual(
    seen,
    WAYS.map(({ by, run, tasks = {} }) => ({ by, run, tasks })),
  );
  const endings = seen.flatMap((one) => [one.run, ...Object.values(one.tasks)]);
  const codes = new Set(endings.map((one) => one.split('/')[2]));
  assert.deepEqual(
    CODES.filter((code) => !codes.has(code)),
    ONLY_BY_FAULT,
  );
  const results = new Set(endings.map((one) => one.split('/')[1]));
  assert.deepEqual(
    RESULTS.filter((result) => result !== null && !results.has(result)),
    [],
  );
});

test('a fault brings about every life cycle with every result, with none, and every code, and none', async (t) => {
  const endings = [
    ...LIFE_CYCLES.flatMap((lifeCycle) =>
      RESULTS.map((result) => `${lifeCycle}/${result ?? ''}/RUN_EXECUTION_ERROR`),
    ),
    ...CODES.map((code) => `INTERNAL_ERROR/FAILED/${code}`),
    'TERMINATED/SUCCESS/',
    'SOMETHING_NEW/UNHEARD_OF/NEVER_SEEN',
  ];
  const workspace = await openForTest(t, {
    endings: { for: ({ runName, taskKey }) => (taskKey === null ? forced(runName) : null) },
  });

  const seen = await Promise.all(
    endings.map(async (ending) => {
      const runId = await workspace.submit([task('good')], { run_name: ending });
      return endingOf(await workspace.ended(runId));
    }),
  );

  assert.deepEqual(seen, endings);
});

test('a fault can end one task, and the run ends as its tasks have it', async (t) => {
  const workspace = await openForTest(t, {
    endings: {
      for: ({ runName, taskKey }) => (taskKey === 'forced' ? forced(runName) : null),
    },
  });
  await writeNotebooks(workspace);
  const run = async (ending: string) => {
    const tasks = [task('forced'), task('good', after('forced'))];
    return workspace.ended(await workspace.submit(tasks, { run_name: ending }));
  };

  const runs = await Promise.all(
    [
      'TERMINATED/SUCCESS/SUCCESS',
      'TERMINATED/FAILED/STORAGE_ACCESS_ERROR',
      'INTERNAL_ERROR//CLOUD_FAILURE',
      'TERMINATED/UNHEARD_OF/NEVER_SEEN',
      'SKIPPED/EXCLUDED/SKIPPED',
    ].map(run),
  );

  assert.deepEqual(
    runs.map((one) => `${endingOf(one)} ${endingOf(latest(one, 'good'))}`),
    [
      'TERMINATED/SUCCESS/SUCCESS TERMINATED/SUCCESS/SUCCESS',
      'INTERNAL_ERROR/FAILED/STORAGE_ACCESS_ERROR SKIPPED/UPSTREAM_FAILED/SKIPPED',
      'INTERNAL_ERROR/FAILED/CLOUD_FAILURE SKIPPED/UPSTREAM_FAILED/SKIPPED',
      'INTERNAL_ERROR/FAILED/NEVER_SEEN SKIPPED/UPSTREAM_FAILED/SKIPPED',
      'TERMINATED/SUCCESS/SUCCESS SKIPPED/EXCLUDED/SKIPPED',
    ],
  );
});

async function writeNotebooks(workspace: TestWorkspace): Promise<void> {
  const notebooks = {
    good: '',
    next: '',
    bad: 'raise RuntimeError("boom")',
    exit: 'dbutils.notebook.exit("failed")',
    die: 'import os, signal\nos.kill(os.getpid(), signal.SIGKILL)',
    slow: 'import time\ntime.sleep(60)',
    once: 'import os\nseen = os.path.exists("/dbfs/once")\nopen("/dbfs/once", "w")\nassert seen',
  };
  for (const [name, source] of Object.entries(notebooks)) {
    await workspace.write(`${name}.py`, cell(source));
  }
  await workspace.write('query.sql', '-- Databricks notebook source\nSELECT 1\n');
}

function after(key: string) {
  return { path: '/good', depends_on: [{ task_key: key }] };
}

function latest(run: RunAnswer, key: string) {
  const found = run.tasks.findLast((one) => one.task_key === key);
  if (!found) throw new Error(`No task ${key}`);
  return found;
}

function endingOf({ state, status }: Pick<RunAnswer, 'state' | 'status'>): string {
  const { life_cycle_state: lifeCycle, result_state: result = '' } = state;
  return `${lifeCycle}/${result}/${status.termination_details?.code ?? ''}`;
}

function forced(ending: string): ForcedEnding {
  const [lifeCycle = '', result = '', code = ''] = ending.split('/');
  const said = { lifeCycle, result: result || null, code: code || null };
  return { ...said, type: 'INTERNAL_ERROR', message: 'A fault said so.', afterMs: 0 };
}
