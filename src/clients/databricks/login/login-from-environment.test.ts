import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { inspect } from 'node:util';

import { ConfigError } from '../../../lib/errors.ts';
import { loginFromEnvironment } from './login-from-environment.ts';

const HOST = { DATABRICKS_HOST: 'adb-1.2.azuredatabricks.net/?o=1' };
const ARM = { ARM_CLIENT_ID: 'app-1', ARM_TENANT_ID: 'tenant-1', ARM_CLIENT_SECRET: 'hunter2' };
const OAUTH = { DATABRICKS_CLIENT_ID: 'sp-1', DATABRICKS_CLIENT_SECRET: 'hunter2' };
const GITHUB = {
  ACTIONS_ID_TOKEN_REQUEST_URL: 'https://vstoken.example/?a=1',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 't',
};
const PIPELINES = { SYSTEM_OIDCREQUESTURI: 'https://dev.azure.com/oidc', SYSTEM_ACCESSTOKEN: 't' };

test('each family of variables leads to its way, under its official name', () => {
  const noSecret = { ...ARM, ARM_CLIENT_SECRET: '' };
  const azure = { AZURE_CLIENT_ID: 'app-1', AZURE_TENANT_ID: 'tenant-1' };
  const connection = { ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID: 'connection-1' };
  const cases = [
    [{ DATABRICKS_TOKEN: 'dapi1' }, 'pat', 'databricks-token'],
    [{ ...HOST, ...OAUTH }, 'oauth-m2m', 'databricks-secret'],
    [{ ...HOST, DATABRICKS_CLIENT_ID: 'sp-1', ...GITHUB }, 'github-oidc', 'databricks-federated'],
    [
      { ...HOST, DATABRICKS_CLIENT_ID: 'sp-1', ...PIPELINES },
      'azure-devops-oidc',
      'databricks-federated',
    ],
    [{ ...HOST, DATABRICKS_OIDC_TOKEN: 'a.b.c' }, 'env-oidc', 'databricks-federated'],
    [{ ...HOST, DATABRICKS_OIDC_TOKEN_FILEPATH: '/token' }, 'file-oidc', 'databricks-federated'],
    [{ ...noSecret, ...GITHUB }, 'github-oidc-azure', 'entra-federated'],
    [{ ARM_USE_MSI: 'true' }, 'azure-msi', 'managed-identity'],
    [ARM, 'azure-client-secret', 'entra-secret'],
    [{ ...azure, AZURE_CLIENT_SECRET: 'hunter2' }, 'azure-client-secret', 'entra-secret'],
    [{ ...noSecret, ...connection, ...PIPELINES }, 'azure-devops-oidc-azure', 'entra-federated'],
    [
      { ...azure, AZURE_FEDERATED_TOKEN_FILE: '/token' },
      'azure-workload-identity',
      'entra-federated',
    ],
    [{}, 'azure-cli', 'azure-cli'],
  ] as const;

  for (const [env, authType, kind] of cases) {
    const found = from(env);
    assert.deepEqual([found.authType, found.login.kind], [authType, kind]);
    assert.doesNotMatch(inspect(found, { depth: 9 }), /hunter2/);
  }
});

test('the host is mended as the official tools mend it', () => {
  assert.equal(from({ ...HOST, ...ARM }).host, 'https://adb-1.2.azuredatabricks.net');
  assert.throws(() => from({ DATABRICKS_HOST: 'http://adb-1', ...ARM }), ConfigError);
});

test('two families are refused by name, unless one is chosen', () => {
  const both = { ...ARM, DATABRICKS_TOKEN: 'dapi1' };

  assert.throws(() => from(both), {
    message: 'more than one authorization method configured: azure and pat',
    hint: 'Unset some of DATABRICKS_TOKEN, ARM_CLIENT_ID, ARM_CLIENT_SECRET, ARM_TENANT_ID, or choose one with DATABRICKS_AUTH_TYPE.',
  });
  assert.equal(from({ ...both, DATABRICKS_AUTH_TYPE: 'pat' }).authType, 'pat');
  assert.throws(() => from({ ...ARM, DATABRICKS_AUTH_TYPE: 'oauth-m2m' }), {
    message: 'oauth-m2m auth: not configured',
    hint: 'It needs DATABRICKS_HOST, DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET.',
  });
});

test('what is not supported is refused by name', () => {
  assert.throws(() => from({ DATABRICKS_USERNAME: 'me', DATABRICKS_PASSWORD: 'x' }), /basic auth/);
  assert.throws(() => from({ DATABRICKS_AUTH_TYPE: 'databricks-cli' }), /databricks-cli auth/);
  assert.match(
    from({ ...ARM, DATABRICKS_AZURE_RESOURCE_ID: '/s' }).warnings.join(),
    /member of the workspace/,
  );
});

test('a secret that came out empty does not make somebody else log in', () => {
  assert.throws(() => from({ ...ARM, ARM_CLIENT_SECRET: '' }), {
    message: 'azure_client_id is set, and what belongs to it is not',
  });
});

test('a cloud and an authority are known ones, and reached by TLS', () => {
  const china = from({ ...ARM, ARM_ENVIRONMENT: 'china' }).login;
  assert.equal('authority' in china && china.authority, 'https://login.chinacloudapi.cn');
  assert.throws(() => from({ ...ARM, ARM_ENVIRONMENT: 'mars' }), /unknown cloud: mars/);
  assert.throws(() => from({ ...ARM, AZURE_AUTHORITY_HOST: 'http://login' }), ConfigError);
});

test('a profile speaks where no variable does, and the default one is found', (t) => {
  const home = homeWith(
    t,
    `
[DEFAULT]
host = adb-1.2.azuredatabricks.net
token = dapi#1 # mine

[sp]
host  = https://adb-3.4.azuredatabricks.net/
azure_client_id=app-1
azure_tenant_id=tenant-1
azure_client_secret=hunter2

[__settings__]
`,
  );

  assert.equal(from({ HOME: home }).authType, 'pat');
  const named = from({ HOME: home, DATABRICKS_CONFIG_PROFILE: 'sp' });
  assert.equal(named.authType, 'azure-client-secret');
  assert.equal(named.host, 'https://adb-3.4.azuredatabricks.net');
  assert.equal(from({ HOME: home, ...ARM }).authType, 'azure-client-secret');
  assert.throws(() => from({ HOME: home, DATABRICKS_CONFIG_PROFILE: 'no' }), {
    message: `${path.join(home, '.databrickscfg')} has no no profile configured`,
    hint: 'There are 2 profiles: DEFAULT, sp',
  });
});

test('the file says which profile is the default', (t) => {
  const home = homeWith(t, '[__settings__]\ndefault_profile = a\n[a]\ntoken = dapi1\n');

  assert.equal(from({ HOME: home }).authType, 'pat');
});

/** Without the profile file of whoever runs the tests. */
function from(env: Readonly<Record<string, string>>) {
  return loginFromEnvironment({ env: { HOME: '/nonexistent', ...env } });
}

function homeWith(t: TestContext, profiles: string): string {
  const home = mkdtempSync(path.join(os.tmpdir(), 'signalbox-home-'));
  t.after(() => rmSync(home, { recursive: true }));
  writeFileSync(path.join(home, '.databrickscfg'), profiles);
  return home;
}
