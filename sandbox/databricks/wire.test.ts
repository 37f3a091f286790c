import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openForTest, type TestWorkspace, textOf } from './open-for-test.ts';

test('with big ids every id is beyond 2^53, wherever it stands, and one that was rounded is nobody', async (t) => {
  const workspace = await openForTest(t, { config: { big_ids: true } });
  const context = 'dbutils.notebook.entry_point.getDbutils().notebook().getContext()';
  await workspace.write(
    'main.py',
    `# Databricks notebook source\ndbutils.notebook.exit(${context}.tags().get("multitaskParentRunId").get() + " " + dbutils.widgets.get("id"))\n`,
  );
  const submission = {
    tasks: [
      {
        task_key: 'main',
        notebook_task: { notebook_path: '/main', base_parameters: { id: '{{job.run_id}}' } },
      },
    ],
  };

  const submitted = await workspace.call('POST', '/api/2.2/jobs/runs/submit', submission);
  const runId = /"run_id":(?<id>\d+)/u.exec(submitted.text)?.groups?.['id'] ?? '';
  const path = `/api/2.2/jobs/runs/get?run_id=${runId}`;
  const text = await ended(workspace, path);
  const taskId = /"run_id":(?<id>\d+),"attempt_number"/u.exec(text)?.groups?.['id'] ?? '';
  const output = await workspace.call('GET', `/api/2.2/jobs/runs/get-output?run_id=${taskId}`);
  const rounded = await workspace.call(
    'GET',
    `/api/2.2/jobs/runs/get?run_id=${BigInt(Number(runId))}`,
  );

  assert.equal(runId.length, 19);
  assert.ok(BigInt(runId) > 2n ** 53n && BigInt(runId) < 2n ** 63n);
  assert.match(text, new RegExp(`/runs/${runId}\\?o=`, 'u'));
  assert.match(output.text, new RegExp(`"result":"${runId} ${runId}"`, 'u'));
  assert.equal(rounded.status, 400);
  assert.equal(rounded.body['message'], `Run ${BigInt(Number(runId))} does not exist.`);
});

test('whoever asks too fast is told to wait, in whole seconds', async (t) => {
  const workspace = await openForTest(t, { config: { rate_limits: { 'jobs/list': 2 } } });

  const answers = [];
  for (let count = 0; count < 3; count += 1) {
    answers.push(await workspace.call('GET', '/api/2.2/jobs/list'));
  }
  const other = await workspace.call('GET', '/api/2.2/jobs/runs/list');
  workspace.clock.advance(1000);
  const later = await workspace.call('GET', '/api/2.1/jobs/list');

  assert.deepEqual(
    answers.map((one) => one.status),
    [200, 200, 429],
  );
  assert.equal(answers[2]?.response.headers.get('retry-after'), '1');
  assert.equal(textOf(answers[2]?.body['error_code']), 'REQUEST_LIMIT_EXCEEDED');
  assert.deepEqual([other.status, later.status], [200, 200]);
});

test('a route that the workspace does not have is a 404 in its own words', async (t) => {
  const workspace = await openForTest(t);

  const answer = await workspace.call('GET', '/api/2.0/clusters/list');

  assert.deepEqual([answer.status, answer.action], [404, null]);
  assert.deepEqual(answer.body, {
    error_code: 'ENDPOINT_NOT_FOUND',
    message: "No API found for 'GET /clusters/list'",
  });
});

/** What runs/get says of a run that has ended: as text, for numbers would be rounded. */
async function ended(workspace: TestWorkspace, path: string): Promise<string> {
  const deadline = Date.now() + 5_000;
  for (;;) {
    const { text } = await workspace.call('GET', path);
    if (text.includes('"TERMINATED"') || Date.now() > deadline) return text;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
