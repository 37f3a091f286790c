import { ConfigError } from '../../../lib/errors.ts';
import type { Login } from '../../login.ts';
import { methods, type Said } from './methods.ts';
import { readSettings, type Settings } from './settings.ts';

/** Who a command is, by what surrounds it. */
export interface FoundLogin {
  readonly login: Login;
  /** The official tools' name for this way: `azure-client-secret`. */
  readonly authType: string;
  /** `https://adb-1234567890123456.7.azuredatabricks.net`, where one is set. */
  readonly host: string | null;
  readonly warnings: readonly string[];
}

interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A profile of `~/.databrickscfg`, where somebody named one. */
  readonly profile?: string | undefined;
}

/** What the official tools know and we do not: refused by name, never passed over. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  username: 'basic',
  metadata_service_url: 'metadata-service',
  google_service_account: 'google-id',
  google_credentials: 'google-credentials',
};

/**
 * The login that the official variables (`DATABRICKS_…`, `ARM_…`, `AZURE_…`) or a profile of
 * `~/.databrickscfg` name, in the official order; whoever is logged in with `az` comes last.
 *
 * @throws {ConfigError} more than one method, an unknown one, or one that lacks something
 */
export function loginFromEnvironment({ env, profile }: Surroundings): FoundLogin {
  const settings = readSettings({ env, profile: profile ?? null });
  const said = { settings, host: hostIn(settings), env };
  const chosen = settings.get('auth_type');
  const found = chosen === undefined ? firstOf(said) : chosenOf(chosen, said);
  return { ...found, host: said.host, warnings: warningsFor(settings) };
}

function firstOf(said: Said): Pick<FoundLogin, 'login' | 'authType'> {
  for (const [setting, authType] of Object.entries(UNSUPPORTED)) {
    if (said.settings.has(setting)) throw unsupported(authType);
  }
  for (const method of methods) {
    if (method.authType === 'azure-cli') assertNobodyElse(said.settings);
    const login = method.login(said);
    if (login) return { login, authType: method.authType };
  }
  throw new RangeError('the last method takes nothing');
}

/**
 * Where a secret came out empty, `az` would log in as somebody else, and nobody would notice.
 */
function assertNobodyElse(settings: Settings): void {
  const half = ['client_id', 'client_secret', 'azure_client_id', 'azure_client_secret'].find(
    (name) => settings.has(name),
  );
  if (half === undefined) return;
  throw new ConfigError('CONFIG_INVALID', `${half} is set, and what belongs to it is not`, {
    hint: `Needed are ${methods
      .filter(({ authType }) => ['oauth-m2m', 'azure-client-secret'].includes(authType))
      .map(({ needs }) => needs)
      .join('; or ')}.`,
  });
}

function chosenOf(authType: string, said: Said): Pick<FoundLogin, 'login' | 'authType'> {
  const method = methods.find((one) => one.authType === authType);
  if (!method) throw unsupported(authType);
  const login = method.login(said);
  if (login) return { login, authType };
  throw new ConfigError('CONFIG_INVALID', `${authType} auth: not configured`, {
    hint: `It needs ${method.needs}.`,
  });
}

function unsupported(authType: string): ConfigError {
  return new ConfigError('CONFIG_INVALID', `${authType} auth is not supported here`, {
    hint: `Supported are ${methods.map((one) => one.authType).join(', ')}.`,
  });
}

/** As the official tools mend it: `https://` in front, and nothing behind the host. */
function hostIn(settings: Settings): string | null {
  const said = settings.get('host')?.trim();
  if (said === undefined) return null;
  const url = URL.parse(/^[a-z]+:\/\//i.test(said) ? said : `https://${said}`);
  if (url?.protocol === 'https:') return url.origin;
  throw new ConfigError('CONFIG_INVALID', 'DATABRICKS_HOST is no address with https://', {
    hint: 'Write https://adb-….azuredatabricks.net, the address of the workspace.',
  });
}

function warningsFor(settings: Settings): readonly string[] {
  return settings.has('azure_workspace_resource_id')
    ? [
        'DATABRICKS_AZURE_RESOURCE_ID is not used: make the principal a member of the workspace, and set DATABRICKS_HOST',
      ]
    : [];
}
