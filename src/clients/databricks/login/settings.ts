import { ConfigError } from '../../../lib/errors.ts';
import { readProfile } from './profile.ts';

/** The official settings: by their own names, from variables and from a profile. */
export type Settings = ReadonlyMap<string, string>;

type Attribute = readonly [name: string, variables: readonly string[], family: string | null];

/**
 * The settings of a login, with their variables and the family that they belong to.
 * Source: databricks-sdk-py `databricks/sdk/config.py`; databricks-sdk-go `config/config.go`
 * (DATABRICKS_OIDC_TOKEN_FILEPATH, which the former calls DATABRICKS_OIDC_TOKEN_FILE)
 */
const attributes: readonly Attribute[] = [
  ['host', ['DATABRICKS_HOST'], null],
  ['account_id', ['DATABRICKS_ACCOUNT_ID'], null],
  ['auth_type', ['DATABRICKS_AUTH_TYPE'], null],
  ['token', ['DATABRICKS_TOKEN'], 'pat'],
  ['username', ['DATABRICKS_USERNAME'], 'basic'],
  ['password', ['DATABRICKS_PASSWORD'], 'basic'],
  ['client_id', ['DATABRICKS_CLIENT_ID'], 'oauth'],
  ['client_secret', ['DATABRICKS_CLIENT_SECRET'], 'oauth'],
  ['token_audience', ['DATABRICKS_TOKEN_AUDIENCE'], null],
  ['oidc_token_env', ['DATABRICKS_OIDC_TOKEN_ENV'], 'env-oidc'],
  [
    'oidc_token_filepath',
    ['DATABRICKS_OIDC_TOKEN_FILEPATH', 'DATABRICKS_OIDC_TOKEN_FILE'],
    'file-oidc',
  ],
  ['metadata_service_url', ['DATABRICKS_METADATA_SERVICE_URL'], 'metadata-service'],
  ['google_service_account', ['DATABRICKS_GOOGLE_SERVICE_ACCOUNT'], 'google'],
  ['google_credentials', ['GOOGLE_CREDENTIALS'], 'google'],
  ['azure_workspace_resource_id', ['DATABRICKS_AZURE_RESOURCE_ID'], 'azure'],
  ['azure_use_msi', ['ARM_USE_MSI'], 'azure'],
  ['azure_client_id', ['ARM_CLIENT_ID'], 'azure'],
  ['azure_client_secret', ['ARM_CLIENT_SECRET'], 'azure'],
  ['azure_tenant_id', ['ARM_TENANT_ID'], 'azure'],
  ['azure_environment', ['ARM_ENVIRONMENT'], null],
];

interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Null: as DATABRICKS_CONFIG_PROFILE says, if it does. */
  readonly profile: string | null;
}

/**
 * The settings as the official tools find them: variables first, then a profile. The file is left
 * alone where variables say who we are, unless a profile is named.
 *
 * @throws {ConfigError} settings of two families, and none chosen; a profile that is not there
 */
export function readSettings({ env, profile }: Surroundings): Settings {
  const fromVariables = new Map(
    attributes.flatMap(([name, variables]) => {
      const value = variables.map((variable) => env[variable]).find((one) => one);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
  const named = profile ?? (env['DATABRICKS_CONFIG_PROFILE'] || null);
  const isComplete = fromVariables.has('host') || familiesIn(fromVariables).length > 0;
  const fromFile =
    isComplete && named === null
      ? new Map<string, string>()
      : readProfile({ profile: named, file: env['DATABRICKS_CONFIG_FILE'] || null, env });
  const settings = new Map([...fromFile, ...fromVariables].filter(([, value]) => value !== ''));
  assertOneFamily(settings);
  return settings;
}

function familiesIn(settings: Settings): readonly string[] {
  const families = attributes.flatMap(([name, , family]) =>
    family !== null && settings.has(name) ? [family] : [],
  );
  return [...new Set(families)].toSorted();
}

function assertOneFamily(settings: Settings): void {
  const families = familiesIn(settings);
  if (families.length <= 1 || settings.has('auth_type')) return;
  const found = attributes.filter(([name, , family]) => family !== null && settings.has(name));
  throw new ConfigError(
    'CONFIG_INVALID',
    `more than one authorization method configured: ${families.join(' and ')}`,
    {
      hint: `Unset some of ${found.map(([, [variable]]) => variable).join(', ')}, or choose one with DATABRICKS_AUTH_TYPE.`,
    },
  );
}
