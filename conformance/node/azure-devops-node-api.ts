/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-call, typescript/no-unsafe-member-access, typescript/no-unsafe-argument, typescript/no-unsafe-return -- its packages are not there when the whole is linted */
import assert from 'node:assert/strict';

import * as azdev from 'azure-devops-node-api';
import type { IBuildApi } from 'azure-devops-node-api/BuildApi.js';
import {
  BuildResult,
  BuildStatus,
  TaskResult,
} from 'azure-devops-node-api/interfaces/BuildInterfaces.js';
import { RunResult, RunState } from 'azure-devops-node-api/interfaces/PipelinesInterfaces.js';
import type { IPipelinesApi } from 'azure-devops-node-api/PipelinesApi.js';

import { z } from 'zod';
import { waitFor } from '../../demo/wait-for.ts';
import type { Check } from '../check.ts';
import type { Scene } from '../scene.ts';

/** Does what a tool does that starts pipelines and follows them. */
export async function run(scene: Scene, check: Check): Promise<void> {
  const { azureDevops, app, pipelines } = scene;
  const { url, project, token } = azureDevops;
  const connection = new azdev.WebApi(url, azdev.getPersonalAccessTokenHandler(token));
  const pipelinesApi = await connection.getPipelinesApi();
  const buildApi = await connection.getBuildApi();

  await check('it connects, and hears who it is', async () => {
    const { authenticatedUser } = await connection.connect();
    assert.match(JSON.stringify(authenticatedUser), /ada@fabrikam\.com/u);
  });
  await check('a token of Entra ID connects as the application', async () => {
    const bearer = azdev.getBearerHandler(await entraToken(scene));
    const { authenticatedUser } = await new azdev.WebApi(url, bearer).connect();
    assert.match(JSON.stringify(authenticatedUser), new RegExp(`conformance|${app.clientId}`, 'u'));
  });
  await check('the project and its repository are found', async () => {
    const core = await connection.getCoreApi();
    assert.equal((await core.getProject(project)).name, project);
    assert.deepEqual(
      (await core.getProjects()).map(({ name }) => name),
      [project],
    );
    const git = await connection.getGitApi();
    const repository = await git.getRepository(azureDevops.repository, project);
    assert.equal(repository.defaultBranch, 'refs/heads/main');
    const refs = await git.getRefs(azureDevops.repository, project, 'heads/');
    assert.deepEqual(
      refs.map(({ name }) => name),
      ['refs/heads/main'],
    );
  });
  await check('the pipelines are listed, and one is looked at', async () => {
    const all = await pipelinesApi.listPipelines(project);
    assert.equal(all.length, Object.keys(pipelines).length);
    const one = await pipelinesApi.getPipeline(project, pipelines.hello);
    assert.equal(one.name, 'hello');
  });
  const apis = { scene, check, pipelinesApi, buildApi };
  for (const part of [runs, parameters, builds, lookAround, traps]) await part(apis);
}

interface Apis {
  readonly scene: Scene;
  readonly check: Check;
  readonly pipelinesApi: IPipelinesApi;
  readonly buildApi: IBuildApi;
}

async function runs({ scene, check, pipelinesApi, buildApi }: Apis) {
  const { azureDevops, pipelines } = scene;
  const { project } = azureDevops;
  let id = 0;
  await check('a pipeline is run with parameters, and followed to its end', async () => {
    const templateParameters = { who: 'node' };
    const started = await pipelinesApi.runPipeline(
      { templateParameters },
      project,
      pipelines.hello,
    );
    id = started.id ?? 0;
    assert.equal(started.state, RunState.InProgress);
    assert.equal(started.result, undefined);
    const ended = await follow(pipelinesApi, project, pipelines.hello, id);
    assert.equal(ended.result, RunResult.Succeeded);
    assert.ok(ended.finishedDate instanceof Date);
  });
  await check('what a step printed is in its log', async () => {
    const { records = [] } = await buildApi.getBuildTimeline(project, id);
    const step = records.find(({ name }) => name === 'Greet');
    const lines = await buildApi.getBuildLogLines(project, id, step?.log?.id ?? 0);
    assert.ok(
      lines.some((line) => line.endsWith('Z hello, node')),
      lines.join('\n'),
    );
    const logs = await pipelinesApi.listLogs(project, pipelines.hello, id);
    assert.ok((logs.logs?.length ?? 0) > 0);
  });
}

async function parameters({ scene, check, pipelinesApi }: Apis) {
  const { azureDevops, pipelines } = scene;
  const { project } = azureDevops;
  await check(
    'a parameter that is not declared is refused with the words of the service',
    async () => {
      const templateParameters = { what: 'x' };
      await assert.rejects(
        pipelinesApi.runPipeline({ templateParameters }, project, pipelines.hello),
        /Unexpected parameter 'what'/u,
      );
    },
  );
  await check('a variable that may not be set when a run is queued is refused', async () => {
    const variables = { GREETING: { value: 'bye' } };
    await assert.rejects(
      pipelinesApi.runPipeline({ variables }, project, pipelines.hello),
      /GREETING/u,
    );
  });
  await check('a preview runs nothing, and shows the whole YAML', async () => {
    const preview = await pipelinesApi.preview(
      { previewRun: true, templateParameters: { loud: 'true' } },
      project,
      pipelines.hello,
    );
    assert.match(preview.finalYaml ?? '', /HELLO/u);
    assert.equal((await pipelinesApi.listRuns(project, pipelines.hello)).length, 1);
  });
}

async function builds({ scene, check, pipelinesApi, buildApi }: Apis) {
  const { azureDevops, pipelines } = scene;
  const { project } = azureDevops;
  await check(
    'a step that fails makes the run fail, and the timeline says which and why',
    async () => {
      const { id = 0 } = await pipelinesApi.runPipeline({}, project, pipelines.failing);
      const ended = await follow(pipelinesApi, project, pipelines.failing, id);
      assert.equal(ended.result, RunResult.Failed);
      const build = await buildApi.getBuild(project, id);
      assert.equal(build.status, BuildStatus.Completed);
      assert.equal(build.result, BuildResult.Failed);
      const { records = [] } = await buildApi.getBuildTimeline(project, id);
      const broken = records.find(({ name }) => name === 'Breaks');
      assert.equal(broken?.result, TaskResult.Failed);
      assert.equal(broken?.issues?.[0]?.message, 'this is what broke');
      const after = records.find(({ name }) => name === 'Not reached');
      assert.equal(after?.result, TaskResult.Skipped);
    },
  );
  await check('a timeline hangs together: stage, phase, job, task', async () => {
    const [build] = await buildApi.getBuilds(project, [pipelines.failing]);
    const { records = [] } = await buildApi.getBuildTimeline(project, build?.id ?? 0);
    const chain: (string | undefined)[] = [];
    let record = records.find(({ name }) => name === 'Breaks');
    while (record !== undefined) {
      chain.push(record.type);
      const parent = record.parentId;
      record = records.find((one) => one.id === parent);
    }
    assert.deepEqual(chain, ['Task', 'Job', 'Phase', 'Stage']);
  });
  await check('a run is queued through the older interface, and cancelled', async () => {
    const queued = await buildApi.queueBuild({ definition: { id: pipelines.slow } }, project);
    const id = queued.id ?? 0;
    await buildApi.updateBuild({ status: BuildStatus.Cancelling }, project, id);
    const ended = await follow(pipelinesApi, project, pipelines.slow, id);
    assert.equal(ended.result, RunResult.Canceled);
  });
}

async function lookAround({ scene, check, buildApi }: Apis) {
  const { azureDevops, pipelines } = scene;
  const { project } = azureDevops;
  await check('tags are put on a run, and found again', async () => {
    const [build] = await buildApi.getBuilds(project, [pipelines.hello]);
    const id = build?.id ?? 0;
    await buildApi.addBuildTags(['one', 'two'], project, id);
    await buildApi.deleteBuildTag(project, id, 'two');
    assert.deepEqual(await buildApi.getBuildTags(project, id), ['one']);
  });
  await check('definitions are listed and looked at', async () => {
    const definitions = await buildApi.getDefinitions(project);
    assert.equal(definitions.length, Object.keys(pipelines).length);
    const one = await buildApi.getDefinition(project, pipelines.slow);
    assert.equal(one.name, 'slow');
  });
}

async function traps({ scene, check, pipelinesApi, buildApi }: Apis) {
  const { azureDevops, pipelines } = scene;
  const { url, project } = azureDevops;
  await check('a run that there is not is null to this client', async () => {
    assert.equal(await buildApi.getBuild(project, 99_999), null);
  });
  await check('a pipeline that there is not cannot be run', async () => {
    await assert.rejects(pipelinesApi.runPipeline({}, project, 99_999), /99999/u);
  });
  await check('a wrong token is a 401 for this client, which asks for one', async () => {
    const stranger = new azdev.WebApi(url, azdev.getPersonalAccessTokenHandler('wrong'));
    const api = async () => (await stranger.getBuildApi()).getBuild(project, 1);
    await assert.rejects(api(), /401|TF400813/u);
  });
  await check('a variable group is read, without its secrets', async () => {
    const connection = new azdev.WebApi(
      url,
      azdev.getPersonalAccessTokenHandler(azureDevops.token),
    );
    const agents = await connection.getTaskAgentApi();
    const [group] = await agents.getVariableGroups(project, 'greetings');
    assert.equal(group?.variables?.['GREETING']?.value, 'hello');
  });
  await check('each run has the number of its build', async () => {
    const [one] = await pipelinesApi.listRuns(project, pipelines.hello);
    const build = await buildApi.getBuild(project, one?.id ?? 0);
    assert.equal(build.buildNumber, one?.name);
  });
}

function follow(api: IPipelinesApi, project: string, pipeline: number, id: number) {
  return waitFor(`the end of run ${id}`, async () => {
    const one = await api.getRun(project, pipeline, id);
    return one.state === RunState.Completed ? one : null;
  });
}

async function entraToken({ tenant, app }: Scene): Promise<string> {
  const address = `https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`;
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: app.clientId,
    client_secret: app.secret,
    scope: '499b84ac-1321-427f-aa17-267ca6975798/.default',
  });
  const answer: unknown = await (await fetch(address, { method: 'POST', body })).json();
  return z.object({ access_token: z.string() }).parse(answer).access_token;
}
