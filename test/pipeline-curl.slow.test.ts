import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { z } from 'zod';

import { openSender } from '../conformance/generated/send.ts';
import { type SandboxProcess, startSandbox } from '../conformance/sandbox-process.ts';
import { waitFor } from '../demo/wait-for.ts';

const noCurl =
  spawnSync('curl', ['--version']).status === 0 ? false : 'there is no curl on this machine';

test('plain curl in a pipeline logs in and runs a job, by the real names of the hosts', {
  skip: noCurl,
}, async () => {
  await using sandbox = await startSandbox(mkdtempSync(path.join(tmpdir(), 'pipeline-curl-')));
  const jobId = await createJob(sandbox);

  const { result, log } = await runPipeline(sandbox, jobId);

  assert.equal(result, 'succeeded', log);
  assert.match(log, /the token has \d{3,} letters: \*\*\*/u);
  const asked = (await sandbox.journal()).map(({ host, action }) => `${host}${action}`);
  assert.ok(
    asked.includes('login.microsoftonline.com/:tenant/oauth2/v2.0/token'),
    asked.join('\n'),
  );
  assert.ok(asked.includes(`${sandbox.scene.databricks.host}/api/:version/jobs/run-now`));
  const runId = Number(/"run_id":\s?(?<id>\d+)/u.exec(log)?.groups?.['id']);
  assert.equal(await outputOf(sandbox, runId), 'hello, curl');
});

test('curl that is told to look at the status makes the step red for a job there is not', {
  skip: noCurl,
}, async () => {
  await using sandbox = await startSandbox(mkdtempSync(path.join(tmpdir(), 'pipeline-curl-')));

  const { result, log } = await runPipeline(sandbox, 42);

  assert.equal(result, 'failed');
  assert.match(log, /curl: \(22\) The requested URL returned error: 40\d/u);
  assert.match(log, /does not exist/u);
});

const Job = z.object({ job_id: z.number() });
const Started = z.object({ id: z.number() });
const Build = z.object({ status: z.string(), result: z.string().optional() });
const Logs = z.object({ value: z.array(z.object({ id: z.number() })) });
const Run = z.object({
  state: z.object({ result_state: z.string().optional() }),
  tasks: z.array(z.object({ run_id: z.number() })),
});
const Output = z.object({ notebook_output: z.object({ result: z.string() }) });

/** A job of the application that the pipeline logs in as: it is its git credential that is used. */
async function createJob(sandbox: SandboxProcess): Promise<number> {
  const { url, project, repository } = sandbox.scene.azureDevops;
  const git_url = `${url}/${project}/_git/${repository}`;
  const git_source = { git_provider: 'azureDevOpsServices', git_url, git_branch: 'main' };
  const task = {
    task_key: 'hello',
    notebook_task: { notebook_path: 'notebooks/hello', source: 'GIT' },
    new_cluster: { spark_version: '15.4.x-scala2.12', node_type_id: 'x', num_workers: 1 },
  };
  const job = { name: 'hello', tasks: [task], git_source };
  return Job.parse(await databricks(sandbox, 'POST', 'jobs/create', job)).job_id;
}

async function runPipeline(sandbox: SandboxProcess, jobId: number) {
  const templateParameters = { job_id: String(jobId) };
  const runs = `pipelines/${sandbox.scene.pipelines.curl}/runs`;
  const { id } = Started.parse(await azure(sandbox, 'POST', runs, { templateParameters }));
  const ended = await waitFor('the end of the pipeline', async () => {
    const build = Build.parse(await azure(sandbox, 'GET', `build/builds/${id}`));
    return build.status === 'completed' ? build : null;
  });
  const { value } = Logs.parse(await azure(sandbox, 'GET', `build/builds/${id}/logs`));
  const logs = value.map((log) => azure(sandbox, 'GET', `build/builds/${id}/logs/${log.id}`));
  return {
    result: ended.result,
    log: JSON.stringify(await Promise.all(logs)).replaceAll('\\"', '"'),
  };
}

async function outputOf(sandbox: SandboxProcess, runId: number): Promise<string> {
  const run = await waitFor('the end of the run', async () => {
    const one = Run.parse(await databricks(sandbox, 'GET', `jobs/runs/get?run_id=${runId}`));
    return one.state.result_state === undefined ? null : one;
  });
  const task = run.tasks[0]?.run_id;
  const output = await databricks(sandbox, 'GET', `jobs/runs/get-output?run_id=${task}`);
  return Output.parse(output).notebook_output.result;
}

function azure(sandbox: SandboxProcess, method: string, place: string, body?: unknown) {
  const { url, project, token } = sandbox.scene.azureDevops;
  const { host, pathname } = new URL(`${url}/${project}/_apis/${place}?api-version=7.1`);
  const authorization = `Basic ${Buffer.from(`:${token}`).toString('base64')}`;
  return call(sandbox, host, { method, path: `${pathname}?api-version=7.1`, authorization, body });
}

async function databricks(sandbox: SandboxProcess, method: string, place: string, body?: unknown) {
  const authorization = `Bearer ${await tokenOf(sandbox)}`;
  return call(sandbox, sandbox.scene.databricks.host, {
    method,
    path: `/api/2.1/${place}`,
    authorization,
    body,
  });
}

async function tokenOf(sandbox: SandboxProcess): Promise<string> {
  const { tenant, app } = sandbox.scene;
  using sender = openSender(sandbox, 'login.microsoftonline.com');
  const { text } = await sender.send({
    method: 'POST',
    path: `/${tenant}/oauth2/v2.0/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: app.clientId,
      client_secret: app.secret,
      scope: '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default',
    }).toString(),
  });
  return z.object({ access_token: z.string() }).parse(JSON.parse(text)).access_token;
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly authorization: string;
  readonly body: unknown;
}

async function call(
  sandbox: SandboxProcess,
  host: string,
  { body, authorization, ...where }: Call,
) {
  using sender = openSender(sandbox, host);
  const headers = { authorization, 'content-type': 'application/json', accept: 'application/json' };
  const sent = body === undefined ? null : JSON.stringify(body);
  const { status, text } = await sender.send({ ...where, headers, body: sent });
  assert.equal(status, 200, text);
  const answer: unknown = JSON.parse(text);
  return answer;
}
