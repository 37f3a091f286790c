import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';

import { cell, task } from '../jobs/task-for-test.ts';
import {
  NO_GIT,
  objectOf,
  openForTest,
  type TestWorkspace,
  textOf,
  USER_TOKEN,
} from '../open-for-test.ts';

const MLFLOW = '/api/2.0/mlflow';

test('a job webhook starts its job with what happened as event_message', async (t) => {
  const { workspace, create } = await openWithModel(t);
  const jobId = await jobOf(workspace, [task('show')]);
  const webhook = await create({ job_id: String(jobId), access_token: USER_TOKEN });

  await tag(workspace);
  const run = await firstRun(workspace, jobId);

  const output = await workspace.output(run, 'show');
  const message = objectOf(JSON.parse(textOf(objectOf(output['notebook_output'])['result'])));
  assert.equal(message['event'], 'MODEL_VERSION_TAG_SET');
  assert.equal(message['webhook_id'], objectOf(webhook.body['webhook'])['id']);
  assert.equal(run.creator_user_name, 'ann@example.com');
  assert.deepEqual(objectOf(webhook.body['webhook'])['job_spec'], { job_id: String(jobId) });
  assert.doesNotMatch(webhook.text, new RegExp(USER_TOKEN, 'u'));
});

test('a job of several tasks gets the message in every way its tasks take it', async (t) => {
  const { workspace, create } = await openWithModel(t);
  await workspace.write('file.py', 'import json, sys\nprint(json.loads(sys.argv[1])["event"])\n');
  const file = { task_key: 'file', spark_python_task: { python_file: '/file.py' } };
  const jobId = await jobOf(workspace, [task('show'), file]);
  await create({ job_id: jobId, access_token: USER_TOKEN });

  await tag(workspace);
  const run = await firstRun(workspace, jobId);

  assert.equal(run.state.result_state, 'SUCCESS');
  assert.equal((await workspace.output(run, 'file'))['logs'], 'MODEL_VERSION_TAG_SET\n');
});

test('a job webhook in test mode starts its job by test alone', async (t) => {
  const { workspace, create } = await openWithModel(t);
  const jobId = await jobOf(workspace, [task('show')]);
  const spec = { job_id: jobId, access_token: USER_TOKEN };
  const webhook = await create(spec, 'TEST_MODE');

  await tag(workspace);
  const before = await workspace.ok('GET', `/api/2.2/jobs/runs/list?job_id=${jobId}`);
  const { id } = objectOf(webhook.body['webhook']);
  const tested = await workspace.ok('POST', `${MLFLOW}/registry-webhooks/test`, { id });
  const run = await firstRun(workspace, jobId);

  assert.deepEqual(before, { has_more: false });
  assert.equal(tested['status_code'], 200);
  assert.deepEqual(JSON.parse(textOf(tested['body'])), {
    run_id: run.run_id,
    number_in_job: run.run_id,
  });
});

test('a job webhook needs a job, a token that may start it, and this workspace', async (t) => {
  const config = { admins: ['ann@example.com'] };
  const { workspace, create } = await openWithModel(t, config);
  const jobId = await jobOf(workspace, [task('show')]);
  const token = { access_token: USER_TOKEN };

  const answers = [
    await create({ job_id: '7', ...token }),
    await create({ job_id: jobId, access_token: 'nobody' }),
    await create({ job_id: jobId, access_token: `app:${NO_GIT}` }),
    await create({ job_id: jobId, ...token, workspace_url: 'https://elsewhere.example.com' }),
    await create({ ...token }),
  ];

  assert.deepEqual(
    answers.map(({ status, body }) => `${status} ${textOf(body['message'])}`),
    [
      '400 Job 7 does not exist.',
      '400 The access_token of job_spec is not valid',
      `403 User ${NO_GIT} does not have Manage Run or Owner or Admin permissions on job ${jobId}`,
      '400 The sandbox has no other workspace than https://adb-1234567890123456.7.azuredatabricks.net',
      '400 Missing required field: job_spec.job_id',
    ],
  );
});

test('webhooks are managed by who manages the model, those of all models by administrators', async (t) => {
  const workspace = await openForTest(t, { config: { admins: ['ann@example.com'] } });
  await workspace.ok('POST', `${MLFLOW}/registered-models/create`, { name: 'wine' });
  const path = `${MLFLOW}/registry-webhooks`;
  const webhook = (model: string | undefined, token?: string) =>
    workspace.call(
      'POST',
      `${path}/create`,
      {
        model_name: model,
        events: ['MODEL_VERSION_CREATED'],
        http_url_spec: { url: 'https://example.com/' },
      },
      token,
    );

  const own = await webhook('wine');
  const { id } = objectOf(own.body['webhook']);
  const statuses = [
    (await webhook('wine', `app:${NO_GIT}`)).status,
    (await webhook(undefined)).status,
    (await webhook(undefined, USER_TOKEN)).status,
    (await workspace.call('POST', `${path}/test`, { id }, `app:${NO_GIT}`)).status,
    (await workspace.call('PATCH', `${path}/update`, { id }, `app:${NO_GIT}`)).status,
    (await workspace.call('DELETE', `${path}/delete`, { id }, `app:${NO_GIT}`)).status,
  ];
  const lists = await Promise.all(
    [undefined, USER_TOKEN, `app:${NO_GIT}`].map(async (token) => {
      const { body } = await workspace.call('GET', `${path}/list`, undefined, token);
      return Array.isArray(body['webhooks']) ? body['webhooks'].length : null;
    }),
  );

  assert.equal(own.status, 200);
  assert.deepEqual(statuses, [403, 403, 200, 403, 403, 403]);
  assert.deepEqual(lists, [1, 2, 0]);
});

async function openWithModel(t: TestContext, config: object = {}) {
  const workspace = await openForTest(t, { config });
  const show = 'dbutils.notebook.exit(dbutils.widgets.get("event_message"))';
  await workspace.write('show.py', cell(show));
  await workspace.ok('POST', `${MLFLOW}/registered-models/create`, { name: 'wine' });
  await workspace.ok('POST', `${MLFLOW}/model-versions/create`, { name: 'wine', source: 'x' });
  const create = (spec: object, status = 'ACTIVE') =>
    workspace.call('POST', `${MLFLOW}/registry-webhooks/create`, {
      model_name: 'wine',
      events: ['MODEL_VERSION_TAG_SET'],
      job_spec: spec,
      status,
    });
  return { workspace, create };
}

async function jobOf(workspace: TestWorkspace, tasks: readonly unknown[]): Promise<number> {
  const job = await workspace.ok('POST', '/api/2.2/jobs/create', { tasks });
  return Number(job['job_id']);
}

function tag(workspace: TestWorkspace) {
  const body = { name: 'wine', version: '1', key: 'k', value: 'v' };
  return workspace.ok('POST', `${MLFLOW}/model-versions/set-tag`, body);
}

/** The first run of a job, once there is one and it has ended. */
async function firstRun(workspace: TestWorkspace, jobId: number) {
  const deadline = Date.now() + 5_000;
  while (Date.now() < deadline) {
    const { runs } = await workspace.ok('GET', `/api/2.2/jobs/runs/list?job_id=${jobId}`);
    if (Array.isArray(runs)) return workspace.ended(Number(objectOf(runs[0])['run_id']));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('No run was started');
}
