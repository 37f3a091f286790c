import { readFileSync } from 'node:fs';
import path from 'node:path';

import { ConfigError } from '../../../lib/errors.ts';
import { Secret } from '../../../lib/secret.ts';
import type { AssertionSource } from '../../entra/federation/assertion.ts';
import type { Login } from '../../login.ts';
import { authorityOf } from './authority.ts';
import type { Settings } from './settings.ts';

/** What the surroundings of a command say. */
export interface Said {
  readonly settings: Settings;
  /** `https://adb-1234567890123456.7.azuredatabricks.net` */
  readonly host: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A way to log in that the official tools know, under their name for it. */
interface Method {
  readonly authType: string;
  /** What it takes, for people. */
  readonly needs: string;
  /** Null: something of what it takes is not there. */
  login(said: Said): Login | null;
}

/**
 * The ways to log in, in the order of the official tools, with ours before the last of theirs.
 * Source: databricks-sdk-go `config/auth_default.go`
 */
export const methods: readonly Method[] = [
  {
    authType: 'pat',
    needs: 'DATABRICKS_TOKEN',
    login({ settings }) {
      const token = settings.get('token');
      return token === undefined ? null : { kind: 'databricks-token', token: new Secret(token) };
    },
  },
  {
    authType: 'oauth-m2m',
    needs: 'DATABRICKS_HOST, DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET',
    login({ settings, host }) {
      const clientId = settings.get('client_id');
      const secret = settings.get('client_secret');
      if (host === null || clientId === undefined || secret === undefined) return null;
      return { kind: 'databricks-secret', host, clientId, secret: new Secret(secret) };
    },
  },
  {
    authType: 'github-oidc',
    needs: 'DATABRICKS_HOST, DATABRICKS_CLIENT_ID and a GitHub job with id-token: write',
    login: (said) =>
      said.settings.has('client_id') && isGithub(said) ? exchanged(said, github(said)) : null,
  },
  {
    authType: 'azure-devops-oidc',
    needs:
      'DATABRICKS_HOST, DATABRICKS_CLIENT_ID and SYSTEM_ACCESSTOKEN in a job of Azure Pipelines',
    login: (said) =>
      said.settings.has('client_id') && isAzurePipelines(said)
        ? exchanged(said, { kind: 'azure-pipelines', serviceConnection: null })
        : null,
  },
  {
    authType: 'env-oidc',
    needs: 'DATABRICKS_HOST and DATABRICKS_OIDC_TOKEN',
    login(said) {
      const name = said.settings.get('oidc_token_env') ?? 'DATABRICKS_OIDC_TOKEN';
      return said.env[name] ? exchanged(said, { kind: 'variable', name }) : null;
    },
  },
  {
    authType: 'file-oidc',
    needs: 'DATABRICKS_HOST and DATABRICKS_OIDC_TOKEN_FILEPATH',
    login(said) {
      const file = said.settings.get('oidc_token_filepath');
      return file === undefined
        ? null
        : exchanged(said, { kind: 'file', file: path.resolve(file) });
    },
  },
  {
    authType: 'github-oidc-azure',
    needs: 'ARM_CLIENT_ID, ARM_TENANT_ID and a GitHub job with id-token: write',
    login(said) {
      const app = applicationIn(said);
      const source = { kind: 'github', audience: null } as const;
      return app && isGithub(said) ? { ...app, kind: 'entra-federated', source } : null;
    },
  },
  {
    authType: 'azure-msi',
    needs: 'ARM_USE_MSI=true',
    login({ settings }) {
      const isWanted = /^(true|1)$/i.test(settings.get('azure_use_msi') ?? '');
      const clientId = settings.get('azure_client_id') ?? null;
      return isWanted ? { kind: 'managed-identity', clientId } : null;
    },
  },
  {
    authType: 'azure-client-secret',
    needs: 'ARM_CLIENT_ID, ARM_TENANT_ID and ARM_CLIENT_SECRET (or AZURE_…)',
    login(said) {
      const app = applicationIn(said);
      const secret =
        said.settings.get('azure_client_secret') ?? (said.env['AZURE_CLIENT_SECRET'] || undefined);
      return app && secret ? { ...app, kind: 'entra-secret', secret: new Secret(secret) } : null;
    },
  },
  {
    authType: 'azure-client-certificate',
    needs: 'ARM_CLIENT_ID, ARM_TENANT_ID and ARM_CLIENT_CERTIFICATE_PATH (or AZURE_…)',
    login(said) {
      const app = applicationIn(said);
      const file =
        said.env['ARM_CLIENT_CERTIFICATE_PATH'] || said.env['AZURE_CLIENT_CERTIFICATE_PATH'];
      return app && file ? { ...app, kind: 'entra-certificate', certificate: pemIn(file) } : null;
    },
  },
  {
    authType: 'azure-devops-oidc-azure',
    needs:
      'ARM_CLIENT_ID, ARM_TENANT_ID, ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID and SYSTEM_ACCESSTOKEN',
    login(said) {
      const app = applicationIn(said);
      const serviceConnection = connectionIn(said);
      if (!app || serviceConnection === null || !isAzurePipelines(said)) return null;
      return {
        ...app,
        kind: 'entra-federated',
        source: { kind: 'azure-pipelines', serviceConnection },
      };
    },
  },
  {
    authType: 'azure-workload-identity',
    needs: 'AZURE_CLIENT_ID, AZURE_TENANT_ID and AZURE_FEDERATED_TOKEN_FILE',
    login(said) {
      const app = applicationIn(said);
      const isThere = Boolean(said.env['AZURE_FEDERATED_TOKEN_FILE']);
      return app && isThere
        ? { ...app, kind: 'entra-federated', source: { kind: 'kubernetes' } }
        : null;
    },
  },
  {
    authType: 'azure-cli',
    needs: 'az login',
    login: ({ settings }) => ({
      kind: 'azure-cli',
      tenant: settings.get('azure_tenant_id') ?? null,
    }),
  },
];

function exchanged({ settings, host }: Said, source: AssertionSource): Login | null {
  const clientId = settings.get('client_id') ?? null;
  return host === null ? null : { kind: 'databricks-federated', host, clientId, source };
}

function github({ settings }: Said): AssertionSource {
  return { kind: 'github', audience: settings.get('token_audience') ?? null };
}

function isGithub({ env }: Said): boolean {
  return Boolean(env['ACTIONS_ID_TOKEN_REQUEST_URL'] && env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']);
}

function isAzurePipelines({ env }: Said): boolean {
  return Boolean(env['SYSTEM_OIDCREQUESTURI'] && env['SYSTEM_ACCESSTOKEN']);
}

/**
 * The names of AzureRM first, then those of the Azure SDKs, then those that AzureCLI@2 sets.
 * Source: npm `@azure/identity` 4.13.1 `environmentCredential.js`, `azurePipelinesCredential.js`
 */
function applicationIn({ settings, env }: Said) {
  const clientId =
    settings.get('azure_client_id') ??
    (env['AZURE_CLIENT_ID'] || env['AZURESUBSCRIPTION_CLIENT_ID'] || undefined);
  const tenant =
    settings.get('azure_tenant_id') ??
    (env['AZURE_TENANT_ID'] || env['AZURESUBSCRIPTION_TENANT_ID'] || undefined);
  if (clientId === undefined || tenant === undefined) return null;
  return { clientId, tenant, authority: authorityOf(settings, env) };
}

/** Source: hashicorp/terraform-provider-azurerm, azapi: `ado_pipeline_service_connection_id` */
function connectionIn({ env }: Said): string | null {
  return (
    env['ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID'] ||
    env['ARM_OIDC_AZURE_SERVICE_CONNECTION_ID'] ||
    env['AZURESUBSCRIPTION_SERVICE_CONNECTION_ID'] ||
    null
  );
}

function pemIn(file: string): Secret {
  try {
    return new Secret(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new ConfigError('CONFIG_INVALID', `the certificate ${file} cannot be read`, {
      cause,
      hint: 'Check its path and its permissions.',
    });
  }
}
