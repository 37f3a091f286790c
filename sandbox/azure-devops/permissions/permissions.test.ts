import assert from 'node:assert/strict';
import { test } from 'node:test';

import { z } from 'zod';

import { base, member, openForTest, type TestOrganization, until } from '../open-for-test.ts';

const files = {
  'azure-pipelines.yml': 'trigger: none\nsteps:\n- checkout: none\n- script: echo\n',
  'group.yml':
    'trigger: none\nvariables:\n- group: late\nsteps:\n- checkout: none\n- script: echo "got $(word)"\n  displayName: Say\n',
};
const build = '33344d9c-fc72-4d6f-aba5-fa317101a7e9';

test('what is taken from somebody is refused in the words of its service', async () => {
  await using azure = await openWithout(
    'Build.QueueBuilds',
    'Build.StopBuilds',
    'Library.Create',
    'ServiceHooks.EditSubscriptions',
    'GitRepositories.GenericRead',
  );

  const access = {
    $id: '1',
    innerException: null,
    message:
      'TF215106: Access denied. sp-mlops needs Queue builds permissions for build pipeline 1:Test in team project MLFlowHooks to perform the action. For more information, contact the Azure DevOps administrator.',
    typeName:
      'Microsoft.TeamFoundation.Build.WebApi.AccessDeniedException, Microsoft.TeamFoundation.Build2.WebApi',
    typeKey: 'AccessDeniedException',
    errorCode: 0,
    eventId: 3000,
  };
  const run = await azure.send('POST', `${base}/pipelines/1/runs`, {});
  assert.equal(run.status, 403);
  assert.deepEqual(await run.json(), access);
  const queued = await azure.send('POST', `${base}/build/builds`, { definition: { id: 1 } });
  assert.deepEqual(await queued.json(), access);
  assert.match(
    await refused(azure, 'POST', '/contoso/_apis/distributedtask/variablegroups', {
      name: 'new',
      variables: {},
    }),
    /^You do not have permissions .* should add you to the Creator role\.$/,
  );
  assert.match(
    await refused(azure, 'GET', `${base}/git/repositories/wine-quality`),
    new RegExp(
      `^TF401027: You need the Git 'GenericRead' permission to perform this action\\. Details: identity '${member}', scope 'repository'\\.$`,
    ),
  );
});

test('variables need a right of their own', async () => {
  await using azure = await openWithout('Build.EditPipelineQueueConfigurationPermission');

  await azure.ended(await azure.start());
  assert.match(
    await refused(azure, 'POST', `${base}/pipelines/1/runs`, { variables: { a: { value: 'b' } } }),
    /^TF215106: Access denied\. sp-mlops needs Edit queue build configuration permissions for /,
  );
});

test('what somebody may not see is not in lists, and a project is not there at all', async () => {
  await using azure = await openWithout('Build.ViewBuildDefinition', 'Build.ViewBuilds');
  await using other = await openWithout('Project.GENERIC_READ');

  for (const list of ['pipelines', 'build/definitions', 'build/builds']) {
    assert.equal((await azure.json('GET', `${base}/${list}`))['count'], 0, list);
  }
  assert.match(
    await refused(azure, 'GET', `${base}/build/definitions/1`),
    /needs View build pipeline permissions for build pipeline 1:Test/,
  );
  const hidden = await other.send('GET', `${base}/pipelines`);
  assert.equal(hidden.status, 404);
  assert.match(await hidden.text(), /TF200016: The following project does not exist/);
});

test('a client can ask which rights it has, one by one or several', async () => {
  await using azure = await openWithout('Build.StopBuilds');
  const ask = async (bits: number, tokens = 'a/1') =>
    (await azure.json('GET', `/contoso/_apis/permissions/${build}/${bits}?tokens=${tokens}`))[
      'value'
    ];

  assert.deepEqual(await ask(128, 'a/1,a/2'), [true, true]);
  assert.deepEqual(await ask(512), [false]);
  assert.deepEqual(await ask(128 + 512), [false]);
  const batch = await azure.json('POST', '/contoso/_apis/security/permissionevaluationbatch', {
    evaluations: [{ securityNamespaceId: build, token: 'a/1', permissions: 1 }],
  });
  assert.deepEqual(batch['evaluations'], [
    { securityNamespaceId: build, token: 'a/1', permissions: 1, value: true },
  ]);
  const list = await azure.json('GET', `/contoso/_apis/securitynamespaces/${build}`);
  assert.match(JSON.stringify(list['value']), /"bit":512,"name":"StopBuilds"/);
  const unknown = await azure.send('GET', '/contoso/_apis/permissions/nosuch/1');
  assert.equal(unknown.status, 404);
});

test('a run waits until somebody lets its pipeline use the group that it names', async () => {
  await using azure = await openWithout();
  const variables = { word: { value: 'it' } };
  const path = '/contoso/_apis/distributedtask/variablegroups';
  const { id: group } = await azure.json('POST', path, { name: 'late', variables });
  const id = await azure.start({}, 2);

  const records = await until(async () => {
    const timeline = await azure.json('GET', `${base}/build/builds/${id}/timeline`);
    const all = z
      .array(z.looseObject({ type: z.string(), state: z.string() }))
      .parse(timeline['records']);
    return all.some(({ type }) => type === 'Checkpoint.Authorization') ? all : null;
  });
  assert.deepEqual(
    records
      .filter(({ type }) => !['Phase', 'Job'].includes(type))
      .map((one) => [one.type, one.state]),
    [
      ['Stage', 'pending'],
      ['Checkpoint', 'inProgress'],
      ['Checkpoint.Authorization', 'inProgress'],
    ],
  );
  const of = `${base}/pipelines/pipelinepermissions/variablegroup/${String(group)}`;
  assert.deepEqual((await azure.json('GET', of))['pipelines'], []);
  await azure.json('PATCH', of, { pipelines: [{ id: 2, authorized: true }] });

  assert.match((await azure.ended(id)).log('Say'), /got it\n/);
  await azure.json('PATCH', `${base}/build/authorizedresources`, [
    { type: 'variablegroup', id: String(group), name: 'late', authorized: true },
  ]);
  const all = await azure.json('GET', `${base}/build/authorizedresources?type=variablegroup`);
  assert.deepEqual(all['value'], [
    { type: 'variablegroup', id: String(group), name: 'late', authorized: true },
  ]);
});

function openWithout(...rights: readonly string[]): Promise<TestOrganization> {
  return openForTest({
    files,
    pipelines: ['azure-pipelines.yml', 'group.yml'].map((path, index) => ({
      name: index === 0 ? 'Test' : path,
      repository: 'wine-quality',
      path,
    })),
    azure: { denied: rights.map((right) => ({ principal: member, right })) },
  });
}

async function refused(
  azure: TestOrganization,
  method: string,
  path: string,
  body?: unknown,
): Promise<string> {
  const response = await azure.send(method, path, body);
  assert.equal(response.status, 403);
  return z.object({ message: z.string() }).parse(await response.json()).message;
}
