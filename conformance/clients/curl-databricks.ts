import assert from 'node:assert/strict';

import { z } from 'zod';

import type { Check } from '../check.ts';
import type { SandboxProcess } from '../sandbox-process.ts';
import { accessToken, ask, bearer, json, scopes } from './curl-requests.ts';

/** Jobs, as scripts of curl start them. */
export async function askDatabricks(sandbox: SandboxProcess, check: Check): Promise<void> {
  const { databricks, app } = sandbox.scene;
  const jobs = (version: string) => `https://${databricks.host}/api/${version}/jobs`;
  const ours = async () => bearer(await accessToken(sandbox, scopes.databricks, app));
  let jobId = 0;
  await check('a job is created, and run now under all three versions of the API', async () => {
    const created = await ask(sandbox, [
      `${jobs('2.1')}/create`,
      ...(await ours()),
      ...json(helloJob(sandbox)),
    ]);
    jobId = z.object({ job_id: z.number() }).parse(created.body).job_id;
    for (const version of ['2.0', '2.1', '2.2']) {
      const url = `${jobs(version)}/run-now`;
      const { status, body } = await ask(sandbox, [
        url,
        ...(await ours()),
        ...json({ job_id: jobId }),
      ]);
      assert.equal(status, 200);
      assert.ok(z.object({ run_id: z.number() }).parse(body).run_id > 0);
    }
  });
  await check('a job id may be a string, and the content type text/json', async () => {
    const { status } = await ask(sandbox, [
      `${jobs('2.0')}/run-now`,
      ...(await ours()),
      '-H',
      'Content-Type: text/json',
      '-d',
      JSON.stringify({ job_id: String(jobId) }),
    ]);
    assert.equal(status, 200);
  });
  await check('a GET may say in its body which run it asks for', async () => {
    const { body: submitted } = await ask(sandbox, [
      `${jobs('2.1')}/run-now`,
      ...(await ours()),
      ...json({ job_id: jobId }),
    ]);
    const { run_id: runId } = z.object({ run_id: z.number() }).parse(submitted);
    const asked = ['-X', 'GET', '-d', JSON.stringify({ run_id: runId })];
    const { body } = await ask(sandbox, [`${jobs('2.1')}/runs/get`, ...(await ours()), ...asked]);
    assert.partialDeepStrictEqual(body, { run_id: runId });
  });
  await refuse(sandbox, check);
}

async function refuse(sandbox: SandboxProcess, check: Check): Promise<void> {
  const { databricks, app, outsider } = sandbox.scene;
  const list = `https://${databricks.host}/api/2.1/jobs/list`;
  await check('a personal access token does as well as a token of Entra ID', async () => {
    const args = [list, ...bearer(databricks.token)];
    assert.equal((await ask(sandbox, args)).status, 200);
  });
  await check('no token is 401, a token of nobody 403, and of a stranger 403', async () => {
    const theirs = bearer(await accessToken(sandbox, scopes.databricks, outsider));
    const statuses = [];
    for (const header of [[], bearer('nobody'), theirs]) {
      statuses.push((await ask(sandbox, [list, ...header])).status);
    }
    assert.deepEqual(statuses, [401, 403, 403]);
  });
  await check('a token that is meant for Azure DevOps is refused by Databricks', async () => {
    const other = bearer(await accessToken(sandbox, scopes.azureDevops, app));
    assert.equal((await ask(sandbox, [list, ...other])).status, 403);
  });
  await check(
    'a path that there is not is said to be none, in the shape of Databricks',
    async () => {
      const url = `https://${databricks.host}/api/2.0/no/such/thing`;
      const { status, body } = await ask(sandbox, [url, ...bearer(databricks.token)]);
      assert.equal(status, 404);
      assert.partialDeepStrictEqual(body, { error_code: 'ENDPOINT_NOT_FOUND' });
    },
  );
}

function helloJob({ scene }: SandboxProcess) {
  const { azureDevops } = scene;
  return {
    name: 'hello',
    max_concurrent_runs: 10,
    tasks: [
      {
        task_key: 'hello',
        notebook_task: { notebook_path: 'notebooks/hello', source: 'GIT' },
        new_cluster: {
          spark_version: '15.4.x-scala2.12',
          node_type_id: 'Standard_D4a_v4',
          num_workers: 1,
        },
      },
    ],
    git_source: {
      git_provider: 'azureDevOpsServices',
      git_url: `${azureDevops.url}/${azureDevops.project}/_git/${azureDevops.repository}`,
      git_branch: 'main',
    },
  };
}
