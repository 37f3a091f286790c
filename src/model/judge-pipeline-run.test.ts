import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  errorOf,
  judgePipelineRun,
  judgeRecord,
  type TimelineRecord,
} from './judge-pipeline-run.ts';

/** Status and result of a run with one job that succeeded. Source: BuildStatus and BuildResult. */
const table = [
  ['none', null, 'running'],
  ['notStarted', null, 'running'],
  ['postponed', null, 'running'],
  ['inProgress', null, 'running'],
  ['inProgress', 'succeeded', 'running'],
  ['cancelling', null, 'running'],
  ['A_STATUS_OF_NEXT_YEAR', null, 'running'],
  ['completed', 'succeeded', 'succeeded'],
  ['completed', 'Succeeded', 'succeeded'],
  ['completed', 'partiallySucceeded', 'failed'],
  ['completed', 'failed', 'failed'],
  ['completed', 'canceled', 'canceled'],
  ['completed', 'none', 'failed'],
  ['completed', null, 'failed'],
  ['completed', undefined, 'failed'],
  ['completed', 'A_RESULT_OF_NEXT_YEAR', 'failed'],
] as const;

test('a run is green in one case of all', () => {
  for (const [status, result, wanted] of table) {
    const state = judgePipelineRun({ status, result, records: [job()] });
    assert.equal(
      state.kind === 'ended' ? state.verdict : state.kind,
      wanted,
      `${status} ${result}`,
    );
  }
});

test('a green run in which no job ran is not green', () => {
  assert.deepEqual(judgePipelineRun({ ...green, records: [] }), {
    kind: 'ended',
    verdict: 'failed',
    reason: 'it says succeeded, but no job ran',
    mayLag: true,
  });
});

test('a green run with a job that goes on is not green, and its timeline may only be late', () => {
  const state = judgePipelineRun({ ...green, records: [job({ state: 'inProgress' })] });

  assert.equal(verdictOf(state), 'failed');
  assert.equal(state.kind === 'ended' && state.mayLag, true);
});

test('a green run in which every job was skipped was skipped', () => {
  const records = [job({ result: 'skipped' }), job({ id: 'job-2', result: 'skipped' })];

  assert.equal(verdictOf(judgePipelineRun({ ...green, records })), 'skipped');
});

test('one job that ran is enough, the others may have been skipped', () => {
  const records = [job({ result: 'skipped' }), job({ id: 'job-2' })];

  const state = judgePipelineRun({ ...green, records });

  assert.deepEqual(state, {
    kind: 'ended',
    verdict: 'succeeded',
    reason: '1 of 2 jobs ran and succeeded',
  });
});

test('a green run with a job that was not is not green', () => {
  for (const result of ['failed', 'canceled', 'abandoned', 'succeededWithIssues', 'new', null]) {
    const records = [job(), job({ id: 'job-2', name: 'Evaluate', result })];
    const state = judgePipelineRun({ ...green, records });
    assert.equal(verdictOf(state), 'failed', String(result));
    assert.match(reasonOf(state), /"Evaluate"/);
  }

  const unfinished = judgePipelineRun({ ...green, records: [job({ state: 'inProgress' })] });
  assert.equal(verdictOf(unfinished), 'failed');
});

test('the reason of a red run is the step that failed, with its last words', () => {
  const records = [
    { id: 'stage', type: 'Stage', name: '__default', state: 'completed', result: 'failed' },
    job({ result: 'failed' }),
    step({ name: 'Log in' }),
    step({
      id: 'step-2',
      name: 'Run evaluation',
      result: 'failed',
      issues: [
        { type: 'warning', message: 'old image' },
        { type: 'error', message: 'exited with code 1' },
        { type: 'error', message: 'Bash wrote to standard error' },
      ],
    }),
  ];

  const state = judgePipelineRun({ status: 'completed', result: 'failed', records });

  assert.equal(reasonOf(state), 'step "Run evaluation" failed: Bash wrote to standard error');
});

test('a run that succeeded in part names the step that was allowed to fail', () => {
  const records = [
    job({ result: 'succeededWithIssues' }),
    step({ name: 'Start notebook', result: 'succeededWithIssues' }),
  ];

  const state = judgePipelineRun({ status: 'completed', result: 'partiallySucceeded', records });

  assert.equal(verdictOf(state), 'failed');
  assert.equal(reasonOf(state), 'step "Start notebook" failed, and was allowed to');
});

test('a run that failed before any job says what it knows', () => {
  const state = judgePipelineRun({ status: 'completed', result: 'failed', records: [] });

  assert.equal(reasonOf(state), 'it failed and does not say why');
});

test('a run that waits for somebody says so', () => {
  const records = [
    { id: 'c', type: 'Checkpoint', name: 'Checkpoint', state: 'inProgress', result: null },
  ];

  assert.deepEqual(judgePipelineRun({ status: 'inProgress', result: null, records }), {
    kind: 'running',
    status: 'waiting for an approval or a check',
  });
});

test('the errors of a job are those of its own steps', () => {
  const records = [
    job({ id: 'a', ...issue('lost the agent') }),
    job({ id: 'b' }),
    step({ id: 's1', parentId: 'a', name: 'one', ...issue('boom') }),
    step({ id: 's2', parentId: 'b', name: 'two', ...issue('bang') }),
  ];

  assert.equal(errorOf(job({ id: 'a' }), records), 'one: boom');
  assert.equal(errorOf(records[0] ?? job(), records), 'Job: lost the agent\none: boom');
  assert.equal(errorOf(job({ id: 'c' }), records), null);
});

test('records that are parents of each other do no harm', () => {
  const records = [
    step({ id: 'a', parentId: 'b', issues: [{ type: 'error', message: 'x'.repeat(600) }] }),
    step({ id: 'b', parentId: 'a' }),
  ];

  assert.equal(errorOf(records[0] ?? job(), records)?.length, 'Step: '.length + 500);
});

test('a job that has not ended is running', () => {
  assert.deepEqual(judgeRecord(job({ state: 'pending', result: null })), {
    kind: 'running',
    status: 'pending',
  });
});

const green = { status: 'completed', result: 'succeeded' } as const;

function job(fields: Partial<TimelineRecord> = {}): TimelineRecord {
  const usual = { id: 'job-1', type: 'Job', name: 'Job', state: 'completed', result: 'succeeded' };
  return { ...usual, ...fields };
}

function step(fields: Partial<TimelineRecord> = {}): TimelineRecord {
  return job({ id: 'step-1', parentId: 'job-1', type: 'Task', name: 'Step', ...fields });
}

function issue(message: string) {
  return { issues: [{ type: 'error', message }] };
}

function verdictOf(state: ReturnType<typeof judgePipelineRun>) {
  return state.kind === 'ended' ? state.verdict : state.kind;
}

function reasonOf(state: ReturnType<typeof judgePipelineRun>) {
  return state.kind === 'ended' ? state.reason : '';
}
