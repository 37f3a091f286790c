import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { z } from 'zod';

import {
  base,
  member,
  openForTest,
  stranger,
  type TestOrganization,
  until,
} from '../open-for-test.ts';

const files = {
  'azure-pipelines.yml': `
trigger: none
steps:
- checkout: none
- bash: |
    echo "$SYSTEM_ACCESSTOKEN" > "$FILE.token"
    echo "$(System.OidcRequestUri)" > "$FILE.uri"
    mv "$FILE.uri" "$FILE"
    while [ -e "$FILE" ]; do sleep 0.02; done
  env:
    SYSTEM_ACCESSTOKEN: $(System.AccessToken)
    FILE: $(file)
`,
};

test('a job gets a token by which others know it, as a connection or as its pipeline', async () => {
  await using azure = await openForTest({
    files,
    pipelines: [
      {
        name: 'Test',
        repository: 'wine-quality',
        path: 'azure-pipelines.yml',
        variables: { file: { value: '', settable_at_queue_time: true } },
      },
    ],
    azure: { service_connections: connections },
  });
  const list = await azure.json(
    'GET',
    `${base}/serviceendpoint/endpoints?endpointNames=databricks`,
  );
  const [endpoint] = z.array(z.looseObject({ id: z.uuid() })).parse(list['value']);
  const job = await startedJob(azure);
  const ask = async (query: string, authorization = `Bearer ${job.token}`) => {
    const response = await azure.send('POST', `${job.uri}?${query}`, undefined, { authorization });
    return z.looseObject({ oidcToken: z.string().optional() }).parse(await response.json());
  };

  assert.equal(
    (await ask(`serviceConnectionId=${endpoint?.id}`)).oidcToken,
    'token of sc://contoso/MLFlowHooks/databricks for api://AzureADTokenExchange',
  );
  assert.equal(
    (await ask('')).oidcToken,
    'token of p://contoso/MLFlowHooks/Test for api://AzureADTokenExchange',
  );
  assert.equal(
    (await ask(`serviceConnectionId=${crypto.randomUUID()}`))['typeKey'],
    'ServiceEndpointNotFoundException',
  );
  assert.equal(
    (await ask('', `Bearer app:${member}`))['typeKey'],
    'TaskOrchestrationPlanNotFoundException',
  );
  await job.end();
});

test('a service connection shows how it logs in, and not with what', async () => {
  await using azure = await openForTest({ files, azure: { service_connections: connections } });

  const list = await azure.json('GET', `${base}/serviceendpoint/endpoints?type=azurerm`);

  const Endpoint = z.looseObject({
    name: z.string(),
    authorization: z.object({ scheme: z.string(), parameters: z.record(z.string(), z.unknown()) }),
  });
  const [secret, federated] = z.array(Endpoint).parse(list['value']);
  assert.deepEqual(
    [secret?.name, secret?.authorization.scheme, secret?.authorization.parameters],
    [
      'azure',
      'ServicePrincipal',
      {
        tenantid: '11111111-2222-4333-8444-555555555555',
        serviceprincipalid: member,
        authenticationType: 'spnKey',
        serviceprincipalkey: null,
      },
    ],
  );
  assert.equal(federated?.authorization.scheme, 'WorkloadIdentityFederation');
});

const connections = [
  { name: 'azure', client_id: member },
  { name: 'databricks', client_id: stranger },
];

/** A job that has begun, and goes on until it is told to end. */
async function startedJob(azure: TestOrganization) {
  const file = join(azure.folder, 'job');
  const id = await azure.start({ variables: { file: { value: file } } });
  const uri = await until(async () => (await readFile(file, 'utf8').catch(() => '')) || null);
  return {
    uri: uri.trim(),
    token: (await readFile(`${file}.token`, 'utf8')).trim(),
    async end() {
      await rm(file);
      assert.equal((await azure.ended(id)).result, 'succeeded');
    },
  };
}
