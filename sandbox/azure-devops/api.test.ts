import assert from 'node:assert/strict';
import { test } from 'node:test';

import { z } from 'zod';

import { base, member, openForTest, type TestOrganization } from './open-for-test.ts';

const files = {
  'azure-pipelines.yml': `
trigger: none
parameters:
- { name: signalbox_key, type: string, default: '' }
steps:
- checkout: none
- script: |
    echo "one <b>bold</b>"
    echo "two"
  displayName: Say "<i>it</i>"
`,
};

test('a run as the Pipelines API has it, from its start to its end', async () => {
  await using azure = await openForTest({ files });

  const started = await azure.json('POST', `${base}/pipelines/1/runs`, {
    resources: { repositories: { self: { refName: 'refs/heads/main' } } },
    templateParameters: { signalbox_key: 'abc' },
  });

  assert.equal(started['state'], 'inProgress');
  assert.equal('result' in started, false);
  assert.deepEqual(started['templateParameters'], { signalbox_key: 'abc' });
  assert.match(String(started['createdDate']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/);
  assert.match(
    JSON.stringify(started['_links']),
    /"web":\{"href":"https:\/\/dev\.azure\.com\/contoso\/[0-9a-f-]{36}\/_build\/results\?buildId=1001"\}/,
  );
  await azure.ended(1001);
  const ended = await azure.json('GET', `${base}/pipelines/1/runs/1001`);
  assert.equal(ended['state'], 'completed');
  assert.equal(ended['result'], 'succeeded');
  const { value } = await azure.json('GET', `${base}/pipelines/1/runs`);
  assert(Array.isArray(value) && value.length === 1);
  assert.equal(JSON.stringify(value).includes('templateParameters'), false);
});

test('paths are the same in any case, and a project by its name or its id', async () => {
  await using azure = await openForTest({ files });
  const { value } = await azure.json('GET', '/contoso/_apis/projects');
  const [project] = z.array(z.object({ id: z.uuid() })).parse(value);

  const lists = [`/CONTOSO/mlflowhooks/_APIS/Pipelines`, `/contoso/${project?.id}/_apis/pipelines`];
  for (const path of lists) assert.equal((await azure.json('GET', path))['count'], 1);
});

test('a body that is no JSON is refused, whatever is quoted of it', async () => {
  await using azure = await openForTest({ files });
  const id = await azure.start();

  const url = new URL(`${base}/build/builds/${id}/tags?api-version=7.1`, 'https://dev.azure.com');
  // The message quotes the first half of this letter, which no header can hold as it is.
  const request = new Request(url, {
    method: 'POST',
    headers: { authorization: `Bearer app:${member}` },
    body: '𐀀',
  });
  const { response } = await azure.service.handle(request);

  assert.equal(response.status, 400);
});

test('what does not exist is refused each in its own way', async () => {
  await using azure = await openForTest({ files });

  const pipeline = await azure.send('POST', `${base}/pipelines/4711/runs`, {});
  assert.equal(pipeline.status, 500);
  assert.deepEqual(await pipeline.json(), {
    $id: '1',
    innerException: null,
    message: "The pipeline '4711' does not exist",
    typeName:
      'Microsoft.Azure.Pipelines.WebApi.PipelineNotFoundException, Microsoft.Azure.Pipelines.WebApi',
    typeKey: 'PipelineNotFoundException',
    errorCode: 0,
    eventId: 3000,
  });
  const build = await azure.send('GET', `${base}/build/builds/1`);
  assert.equal(build.status, 404);
  assert.match(await build.text(), /BuildNotFoundException/);
  const project = await azure.send('GET', '/contoso/nosuch/_apis/pipelines');
  assert.equal(project.status, 404);
  assert.match(await project.text(), /TF200016: The following project does not exist: nosuch\./);
  const route = await azure.send('GET', '/contoso/MLFlowHooks/_apis/nosuch');
  assert.equal(route.status, 404);
  assert.match(route.headers.get('content-type') ?? '', /^text\/plain/);
  assert.equal(
    await route.text(),
    "The controller for path '/MLFlowHooks/_apis/nosuch' was not found or does not implement IController.",
  );
  const branch = await azure.send('POST', `${base}/pipelines/1/runs`, {
    resources: { repositories: { self: { refName: 'refs/heads/nosuch' } } },
  });
  assert.equal(branch.status, 400);
  assert.match(await branch.text(), /using ref refs\/heads\/nosuch\./);
});

test('a version is needed to write, and has to be one that there is', async () => {
  await using azure = await openForTest({ files });
  const runs = `${base}/pipelines/1/runs`;
  const post = (headers: Record<string, string>) =>
    azure.service
      .handle(
        new Request(`https://dev.azure.com${runs}`, {
          method: 'POST',
          headers: {
            authorization: `Bearer app:${member}`,
            ...headers,
          },
          body: '{}',
        }),
      )
      .then(({ response }) => response);

  assert.equal(await typeKey(post({})), '400 VssVersionNotSpecifiedException');
  assert.equal(
    await typeKey(azure.send('GET', `${runs}?api-version=7.2`)),
    '400 VssInvalidPreviewVersionException',
  );
  assert.equal(
    await typeKey(azure.send('GET', `${runs}?api-version=9.0`)),
    '400 VssVersionOutOfRangeException',
  );
  const accepted = await post({ accept: 'application/json;api-version=7.1-preview.1' });
  assert.equal(accepted.status, 200);
  assert.match(accepted.headers.get('content-type') ?? '', /api-version=7\.1-preview\.1$/);
});

test('builds are found by pipeline, time and parameters, the newest first', async () => {
  await using azure = await openForTest({ files });
  const before = new Date(Date.now() - 1000).toISOString();
  for (const key of ['a', 'b', 'c']) {
    await azure.ended(await azure.start({ templateParameters: { signalbox_key: key } }));
  }
  const query = `definitions=1&queryOrder=queueTimeDescending`;

  assert.deepEqual(await keys(azure, `${query}&minTime=${before}`), ['c', 'b', 'a']);
  assert.deepEqual(await keys(azure, `${query}&$top=2`), ['c', 'b']);
  assert.deepEqual(await keys(azure, 'definitions=2'), []);
  assert.deepEqual(await keys(azure, `${query}&minTime=2999-01-01T00:00:00Z`), []);
  assert.deepEqual(await keys(azure, 'statusFilter=inProgress,notStarted'), []);
  assert.deepEqual(await keys(azure, 'resultFilter=succeeded&queryOrder=finishTimeAscending'), [
    'a',
    'b',
    'c',
  ]);
});

test('a build is queued with variables even in the quotes of az', async () => {
  await using azure = await openForTest({
    files,
    pipelines: [
      {
        name: 'Test',
        repository: 'wine-quality',
        path: 'azure-pipelines.yml',
        variables: { a: { value: '', settable_at_queue_time: true } },
      },
    ],
  });

  const build = await azure.json('POST', `${base}/build/builds`, {
    definition: { id: 1 },
    sourceBranch: 'main',
    parameters: "{'a': 'b'}",
  });

  assert.equal(build['status'], 'notStarted');
  assert.equal(build['parameters'], '{"a":"b"}');
  assert.equal(build['sourceBranch'], 'refs/heads/main');
  assert.equal((await azure.ended(Number(build['id']))).result, 'succeeded');
});

test('logs come as text or as JSON, as a whole or from a line on', async () => {
  await using azure = await openForTest({ files });
  const id = await azure.start();
  const { records } = await azure.ended(id);
  const log = records.find(({ name }) => name.startsWith('Say'))?.log?.id;
  const path = `${base}/build/builds/${id}/logs/${log}`;

  const text = await (await azure.send('GET', path)).text();
  assert.match(text, /^\d{4}-\S+\.\d{7}Z one <b>bold<\/b>\r$/m);
  const accept = 'application/json';
  const json = await azure.send('GET', `${path}?startLine=9&endLine=10`, undefined, { accept });
  assert.deepEqual(await json.json(), { count: 2, value: text.split('\r\n').slice(9, 11) });
});

test('definitions, repositories and variable groups tell all but secrets', async () => {
  await using azure = await openForTest({
    files,
    branches: ['integration'],
    groups: [{ name: 'mlops', variables: { host: 'h', key: { value: 's3cret', secret: true } } }],
  });

  const definition = await azure.json('GET', `${base}/build/definitions/1`);
  assert.deepEqual(definition['process'], { yamlFilename: 'azure-pipelines.yml', type: 2 });
  const { value } = await azure.json('GET', `${base}/distributedtask/variablegroups`);
  const [group] = z.array(z.object({ variables: z.json() })).parse(value);
  assert.deepEqual(group?.variables, {
    host: { value: 'h' },
    key: { value: null, isSecret: true },
  });
  const refs = await azure.json(
    'GET',
    `${base}/git/repositories/wine-quality/refs?filter=heads/in`,
  );
  assert.equal(refs['count'], 1);
  const created = await azure.json('POST', '/contoso/_apis/distributedtask/variablegroups', {
    name: 'new',
    variables: { a: { value: 'x', isSecret: true } },
  });
  assert.deepEqual(created['variables'], { a: { value: null, isSecret: true } });
  assert.equal(azure.redact('s3cret'), '***');
});

test('a preview works everything out and starts nothing', async () => {
  await using azure = await openForTest({ files });
  const yamlOverride =
    "trigger: none\nsteps:\n- script: echo ${{ lower(variables['Build.Reason']) }}\n";

  const { finalYaml } = await azure.json('POST', `${base}/pipelines/1/preview`, { yamlOverride });

  assert.equal(
    finalYaml,
    `trigger:
  enabled: "false"
stages:
  - stage: __default
    jobs:
      - job: Job
        steps:
          - task: CmdLine@2
            inputs:
              script: echo manual
`,
  );
  const again = await azure.send('POST', `${base}/pipelines/1/preview`, {
    yamlOverride: finalYaml,
  });
  assert.equal(again.status, 400);
  assert.match(
    await again.text(),
    /azure-pipelines\.yml \(Line: 2, Col: 3\): Unexpected value 'enabled'/,
  );
  assert.equal((await azure.json('GET', `${base}/build/builds`))['count'], 0);
});

test('the page of a run shows what was printed, and runs none of it', async () => {
  await using azure = await openForTest({ files });
  const id = await azure.start();
  await azure.ended(id);

  const path = `/contoso/MLFlowHooks/_build/results?buildId=${id}`;
  const response = await azure.send('GET', path, undefined, { authorization: '' });

  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'none'/);
  const page = await response.text();
  assert.match(page, /one &#60;b&#62;bold/);
  assert.doesNotMatch(page, /<b>bold|<i>it/);
  const list = await azure.send('GET', '/contoso/MLFlowHooks/_build');
  assert.match(await list.text(), /_build\/results\?buildId=1001/);
});

test('clients of the vendor find out where everything is', async () => {
  await using azure = await openForTest({ files });

  const areas = await azure.json('GET', '/contoso/_apis/ResourceAreas');
  assert.deepEqual(areas, { count: 0, value: null });
  const build = await azure.json('OPTIONS', '/contoso/_apis/build');
  assert.equal(build['count'], 8);
  const all = await azure.json('OPTIONS', '/contoso/_apis');
  assert(Number(all['count']) > 10);
});

async function typeKey(answer: Promise<Response>): Promise<string> {
  const response = await answer;
  const error = z.object({ typeKey: z.string() }).parse(await response.json());
  return `${response.status} ${error.typeKey}`;
}

async function keys(azure: TestOrganization, query: string): Promise<readonly string[]> {
  const { value } = await azure.json('GET', `${base}/build/builds?${query}`);
  const Build = z.object({ templateParameters: z.object({ signalbox_key: z.string() }) });
  return z
    .array(Build)
    .parse(value)
    .map((build) => build.templateParameters.signalbox_key);
}
