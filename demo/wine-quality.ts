import path from 'node:path';

import type { Credentials } from './credentials.ts';

export const exampleFolder = path.join(import.meta.dirname, '../examples/wine-quality');

/** The names of the story: those of the example's own files, so that these run unchanged. */
export const names = {
  tenant: '16b3c013-d300-468d-ac64-7eda0820b6d3',
  spClientId: '5f0d7c1e-2b64-4c0f-9d1a-8e3b6a7f4c21',
  workspace: 'adb-1234567890123456.7.azuredatabricks.net',
  organization: 'contoso',
  project: 'MLFlowHooks',
  repository: 'wine-quality',
  model: 'wine-quality',
  oldStyleModel: 'wine-quality-old-style',
  nick: 'nick@contoso.com',
} as const;

export const pipelines = {
  unitTest: 1,
  ci: 2,
  integration: 3,
  release: 4,
  oldStyle: 5,
} as const;

const DATABRICKS_RESOURCE = '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d';

/** What there is in the sandbox when the story begins. */
export function wineQualitySandbox(credentials: Credentials) {
  const shared = {
    databricks_workspace_uri: `https://${names.workspace}`,
    tenant_id: names.tenant,
    sp_client_id: names.spClientId,
    databricks_resource: DATABRICKS_RESOURCE,
  };
  return {
    admin_token: credentials.sandboxAdmin,
    entra: {
      tenant: names.tenant,
      apps: [{ client_id: names.spClientId, name: 'sp-mlops', secret: credentials.spCredential }],
    },
    databricks: {
      host: names.workspace,
      workspace_id: '1234567890123456',
      principals: [names.spClientId],
      users: [{ name: names.nick, token: credentials.nickDatabricks }],
      git_credentials: [names.spClientId],
    },
    azure_devops: {
      organization: names.organization,
      project: names.project,
      principals: [names.spClientId],
      users: [{ name: names.nick, token: credentials.nickGit }],
      repositories: [
        {
          name: names.repository,
          from: exampleFolder,
          default_branch: 'main',
          branches: ['integration'],
        },
      ],
      pipelines: [
        pipeline('Data Prep Unit Test Pipeline', 'unit_test'),
        pipeline('CI', 'ci'),
        pipeline('Integration', 'cd'),
        pipeline('Release', 'release'),
        pipeline('Old style', 'old_style'),
      ],
      variable_groups: [
        {
          name: 'mlops',
          variables: { ...shared, sp_credential: hidden(credentials.spCredential) },
        },
        {
          name: 'old-style',
          variables: { ...shared, sp_credential: hidden(credentials.expiredCredential) },
        },
      ],
    },
  };
}

function pipeline(name: string, file: string) {
  return { name, repository: names.repository, path: `pipelines/${file}.yml` };
}

function hidden(value: string) {
  return { value, secret: true };
}
