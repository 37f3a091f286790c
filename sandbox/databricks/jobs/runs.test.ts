import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openForTest } from '../open-for-test.ts';

test('a notebook that exits with a value succeeds, and get-output gives the value', async (t) => {
  const workspace = await openForTest(t);

  const runId = await workspace.submitCells(['x = 6', 'dbutils.notebook.exit(str(x * 7))']);
  const run = await workspace.ended(runId);

  assert.equal(run.state.life_cycle_state, 'TERMINATED');
  assert.equal(run.state.result_state, 'SUCCESS');
  assert.deepEqual(run.status.termination_details, {
    code: 'SUCCESS',
    type: 'SUCCESS',
    message: '',
  });
  const output = await workspace.output(run);
  assert.deepEqual(output['notebook_output'], { result: '42', truncated: false });
  assert.ok(run.end_time - run.start_time < 1000, `it took ${run.end_time - run.start_time} ms`);
});
