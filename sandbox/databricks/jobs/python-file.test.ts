import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openForTest, textOf } from '../open-for-test.ts';

test('a Python file runs as the program it is, with its parameters, and its output is in the logs', async (t) => {
  const workspace = await openForTest(t);
  await workspace.write('lib.py', 'def shout(text):\n    return text.upper()\n');
  await workspace.write(
    'main.py',
    'import sys\nfrom lib import shout\nif __name__ == "__main__":\n    print(shout(sys.argv[1]), sys.argv[2:], "dbutils" in globals())\n',
  );

  const run = await workspace.ended(
    await workspace.submit([python('/Workspace/main.py', ['hello', '{{task.name}}'])]),
  );

  assert.equal(run.state.result_state, 'SUCCESS');
  const output = await workspace.output(run);
  assert.equal(output['logs'], "HELLO ['main'] False\n");
  assert.equal(output['logs_truncated'], false);
  assert.equal('notebook_output' in output, false);
});

test('a Python file fails as it raises or exits, and run-now may say other parameters', async (t) => {
  const workspace = await openForTest(t);
  await workspace.write(
    'main.py',
    'import sys\nprint("on", flush=True)\nsys.exit(int(sys.argv[1]))\n',
  );
  await workspace.putDbfs('raise.py', 'def f():\n    1 / 0\nf()\n');
  const job = await workspace.ok('POST', '/api/2.2/jobs/create', {
    tasks: [python('/main.py', ['3'])],
    max_concurrent_runs: 2,
  });
  const runNow = async (more: object) => {
    const order = { job_id: job['job_id'], ...more };
    const started = await workspace.ok('POST', '/api/2.2/jobs/run-now', order);
    return workspace.ended(Number(started['run_id']));
  };

  const [three, zero, raised] = await Promise.all([
    runNow({}),
    runNow({ python_params: ['0'] }),
    workspace.submit([python('dbfs:/raise.py')]).then((runId) => workspace.ended(runId)),
  ]);

  assert.deepEqual(
    [three, zero, raised].map((run) => run.state.result_state),
    ['FAILED', 'SUCCESS', 'FAILED'],
  );
  const exited = await workspace.output(three);
  assert.deepEqual([exited['error'], exited['logs']], ['SystemExit: 3', 'on\n']);
  const output = await workspace.output(raised);
  assert.equal(output['error'], 'ZeroDivisionError: division by zero');
  assert.match(textOf(output['error_trace']), /File "\/dbfs\/raise\.py", line 2, in f/u);
});

test('a Python file that is not there is found out by the run, a wrong path by submit', async (t) => {
  const workspace = await openForTest(t);

  const missing = await workspace.ended(await workspace.submit([python('/../../../etc/hostname')]));
  const relative = await workspace.call('POST', '/api/2.2/jobs/runs/submit', {
    tasks: [python('main.py')],
  });
  const ascii = await workspace.call('POST', '/api/2.2/jobs/create', {
    tasks: [python('/main.py')],
  });
  const wide = await workspace.call('POST', '/api/2.2/jobs/run-now', {
    job_id: ascii.body['job_id'],
    python_params: ['é'],
  });

  assert.equal(missing.tasks[0]?.status.termination_details?.code, 'RESOURCE_NOT_FOUND');
  assert.equal(relative.status, 400);
  assert.match(textOf(wide.body['message']), /ASCII characters only/u);
});

test('a library that is a file has to be there', async (t) => {
  const workspace = await openForTest(t);
  await workspace.putDbfs('here.whl', '');
  await workspace.write('main.py', 'print(1)\n');
  const run = async (library: object) =>
    workspace.ended(await workspace.submit([{ ...python('/main.py'), libraries: [library] }]));

  const [missing, there, registry] = await Promise.all([
    run({ whl: 'dbfs:/nowhere.whl' }),
    run({ whl: 'dbfs:/here.whl' }),
    run({ pypi: { package: 'mlflow' } }),
  ]);

  const codes = [missing, there, registry].map(
    (one) => one.tasks[0]?.status.termination_details?.code,
  );
  assert.deepEqual(codes, ['LIBRARY_INSTALLATION_ERROR', 'SUCCESS', 'SUCCESS']);
});

function python(file: string, parameters: readonly string[] = []) {
  return { task_key: 'main', spark_python_task: { python_file: file, parameters } };
}
