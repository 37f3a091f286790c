import assert from 'node:assert/strict';
import { test } from 'node:test';

import { everyEnding } from './endings-for-test.ts';
import { type DatabricksStanding, judgeDatabricksRun } from './judge-databricks-run.ts';

/** Life cycle, result, verdict. Source: the values of RunLifeCycleState and RunResultState. */
const legacyTable = [
  ['TERMINATED', 'SUCCESS', 'succeeded'],
  ['TERMINATED', 'FAILED', 'failed'],
  ['TERMINATED', 'TIMEDOUT', 'timed_out'],
  ['TERMINATED', 'CANCELED', 'canceled'],
  ['TERMINATED', 'MAXIMUM_CONCURRENT_RUNS_REACHED', 'skipped'],
  ['TERMINATED', 'EXCLUDED', 'skipped'],
  ['TERMINATED', 'DISABLED', 'skipped'],
  ['TERMINATED', 'SUCCESS_WITH_FAILURES', 'failed'],
  ['TERMINATED', 'UPSTREAM_FAILED', 'failed'],
  ['TERMINATED', 'UPSTREAM_CANCELED', 'canceled'],
  ['TERMINATED', 'SOMETHING_NEW', 'failed'],
  ['TERMINATED', undefined, 'failed'],
  ['INTERNAL_ERROR', 'FAILED', 'failed'],
  ['INTERNAL_ERROR', 'TIMEDOUT', 'timed_out'],
  ['INTERNAL_ERROR', 'CANCELED', 'canceled'],
  ['INTERNAL_ERROR', 'SUCCESS', 'failed'],
  ['INTERNAL_ERROR', undefined, 'failed'],
  ['TERMINATED', 'constructor', 'failed'],
  ['SKIPPED', undefined, 'skipped'],
  ['SKIPPED', 'MAXIMUM_CONCURRENT_RUNS_REACHED', 'skipped'],
  ['SKIPPED', 'UPSTREAM_FAILED', 'skipped'],
  ['SKIPPED', 'SUCCESS', 'skipped'],
] as const;

/** Every code of TerminationCodeCode. */
const codeTable = {
  succeeded: ['SUCCESS'],
  canceled: ['USER_CANCELED', 'CANCELED'],
  skipped: ['SKIPPED', 'MAX_CONCURRENT_RUNS_EXCEEDED', 'DISABLED'],
  failed: [
    'SUCCESS_WITH_FAILURES',
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
    'MAX_SPARK_CONTEXTS_EXCEEDED',
    'RESOURCE_NOT_FOUND',
    'INVALID_RUN_CONFIGURATION',
    'CLOUD_FAILURE',
    'MAX_JOB_QUEUE_SIZE_EXCEEDED',
    'BREAKING_CHANGE',
    'CLUSTER_TERMINATED_BY_USER',
    'BUDGET_POLICY_LIMIT_EXCEEDED',
    'A_CODE_OF_NEXT_YEAR',
  ],
} as const;

test('a run is green by its old fields in one case of all', () => {
  for (const [life_cycle_state, result_state, verdict] of legacyTable) {
    const state = judgeDatabricksRun({
      ...legacy(life_cycle_state, result_state),
      tasks: [done()],
    });
    assert.equal(verdictIn(state), verdict, `${life_cycle_state}/${result_state}`);
  }
});

test('a run is green by its new fields in one case of all', () => {
  for (const [verdict, codes] of Object.entries(codeTable)) {
    for (const code of codes) {
      const state = judgeDatabricksRun({ ...modern('TERMINATED', code), tasks: [done()] });
      assert.equal(verdictIn(state), verdict, code);
    }
  }
});

test('of every combination of life cycle, result and code three are green', () => {
  const green = everyEnding().filter(({ lifeCycle, result, code, verdict }) => {
    const termination_details = code === null ? undefined : { code };
    const standing = {
      ...legacy(lifeCycle, result ?? undefined),
      status: { state: 'TERMINATED', termination_details },
    };
    const tasks = [{ ...standing, task_key: 'main', attempt_number: 0 }];
    const state = judgeDatabricksRun({ ...standing, tasks });
    assert.equal(verdictIn(state), verdict, `${lifeCycle}/${result}/${code}`);
    return verdict === 'succeeded';
  });

  assert.deepEqual(
    green.map(({ lifeCycle, result, code }) => [lifeCycle, result, code]),
    [
      ['TERMINATED', null, 'SUCCESS'],
      ['TERMINATED', 'SUCCESS', null],
      ['TERMINATED', 'SUCCESS', 'SUCCESS'],
    ],
  );
});

test('a run that has ended and does not say how is a failure', () => {
  const run = { status: { state: 'TERMINATED' }, tasks: [done()] };

  assert.equal(verdictIn(judgeDatabricksRun(run)), 'failed');
  assert.match(reasonIn(judgeDatabricksRun(run)), /without a result/);
});

test('green takes both fields, where there are both', () => {
  const both = [
    ['SUCCESS', 'SUCCESS', 'succeeded'],
    ['SUCCESS', 'RUN_EXECUTION_ERROR', 'failed'],
    ['FAILED', 'SUCCESS', 'failed'],
    ['SUCCESS_WITH_FAILURES', 'SUCCESS', 'failed'],
    ['TIMEDOUT', 'CANCELED', 'timed_out'],
    ['CANCELED', 'USER_CANCELED', 'canceled'],
    ['UPSTREAM_FAILED', 'SKIPPED', 'skipped'],
  ] as const;

  for (const [result, code, verdict] of both) {
    const run = { ...legacy('TERMINATED', result), ...modern('TERMINATED', code), tasks: [done()] };
    assert.equal(verdictIn(judgeDatabricksRun(run)), verdict, `${result} and ${code}`);
  }
});

test('whatever has not ended is running, the unknown included', () => {
  const waiting = ['QUEUED', 'PENDING', 'RUNNING', 'TERMINATING', 'BLOCKED', 'WAITING_FOR_RETRY'];
  for (const name of [...waiting, 'A_STATE_OF_NEXT_YEAR']) {
    assert.deepEqual(judgeDatabricksRun({ ...legacy(name), tasks: [] }), running(name));
    assert.deepEqual(judgeDatabricksRun({ ...modern(name), tasks: [] }), running(name));
  }

  assert.deepEqual(judgeDatabricksRun({ tasks: [] }), running('unknown'));
});

test('the new field decides whether it has ended', () => {
  const run = { ...legacy('TERMINATED', 'SUCCESS'), ...modern('RUNNING'), tasks: [done()] };

  assert.deepEqual(judgeDatabricksRun(run), running('RUNNING'));
});

test('a success without a task is none', () => {
  const state = judgeDatabricksRun({ ...succeeded, tasks: [] });

  assert.equal(verdictIn(state), 'failed');
  assert.match(reasonIn(state), /no task ran/);
});

test('a success with a task that is none is none', () => {
  const strays = [
    [legacy('TERMINATED', 'FAILED'), 'failed'],
    [legacy('TERMINATED', 'EXCLUDED'), 'skipped'],
    [legacy('SKIPPED'), 'skipped'],
    [legacy('RUNNING'), 'failed'],
    [{}, 'failed'],
  ] as const;

  for (const [standing, verdict] of strays) {
    const state = judgeDatabricksRun({
      ...succeeded,
      tasks: [done(), { ...standing, task_key: 'stray', attempt_number: 0 }],
    });
    assert.equal(verdictIn(state), verdict);
    assert.match(reasonIn(state), /task stray/);
  }
});

test('of a task that was tried again the last attempt counts, in whatever order they come', () => {
  const first = { ...legacy('TERMINATED', 'FAILED'), task_key: 'train', attempt_number: 0 };
  const second = { ...succeeded, task_key: 'train', attempt_number: 1 };

  assert.equal(
    verdictIn(judgeDatabricksRun({ ...succeeded, tasks: [first, second] })),
    'succeeded',
  );
  assert.equal(
    verdictIn(judgeDatabricksRun({ ...succeeded, tasks: [second, first] })),
    'succeeded',
  );
});

test('the reason names the task that failed, and not those after it', () => {
  const state = judgeDatabricksRun({
    ...legacy('INTERNAL_ERROR', 'FAILED'),
    tasks: [
      done('data_prep'),
      { ...legacy('SKIPPED', 'UPSTREAM_FAILED'), task_key: 'evaluating', attempt_number: 0 },
      {
        state: {
          life_cycle_state: 'TERMINATED',
          result_state: 'FAILED',
          state_message: 'Workload failed, see run output for details',
        },
        task_key: 'training',
        attempt_number: 0,
      },
    ],
  });

  assert.equal(
    reasonIn(state),
    'task training failed (TERMINATED/FAILED: Workload failed, see run output for details)',
  );
});

function legacy(life_cycle_state: string, result_state?: string): DatabricksStanding {
  return { state: { life_cycle_state, result_state } };
}

function modern(state: string, code?: string): DatabricksStanding {
  return { status: { state, ...(code !== undefined && { termination_details: { code } }) } };
}

const succeeded = legacy('TERMINATED', 'SUCCESS');

function done(task_key = 'main') {
  return { ...succeeded, task_key, attempt_number: 0 };
}

function running(status: string) {
  return { kind: 'running', status };
}

function verdictIn(state: ReturnType<typeof judgeDatabricksRun>) {
  return state.kind === 'ended' ? state.verdict : state.kind;
}

function reasonIn(state: ReturnType<typeof judgeDatabricksRun>) {
  return state.kind === 'ended' ? state.reason : '';
}
