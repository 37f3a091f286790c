import {
  type DatabricksClient,
  openDatabricks,
} from '../../clients/databricks/databricks-client.ts';
import { ConfigError } from '../../lib/errors.ts';
import { chooseIdentity, type IdentityOptions } from '../identity-options.ts';
import type { Surroundings } from './surroundings.ts';

/** Where to run something, and what must not be printed meanwhile. */
interface Workspace {
  readonly client: DatabricksClient;
  readonly secrets: () => readonly string[];
}

/**
 * The workspace that the options, or the identity's own surroundings, name.
 *
 * @throws {ConfigError} none is named, or more than one
 */
export async function workspaceOf(
  options: IdentityOptions & { readonly host?: string },
  around: Surroundings,
): Promise<Workspace> {
  const { identity, hosts, secrets } = await chooseIdentity(options, loginReach(around));
  const [host, ...more] = options.host === undefined ? hosts : [options.host];
  if (host === undefined || more.length > 0) {
    const found = host === undefined ? 'no workspace' : `${more.length + 1} workspaces`;
    throw new ConfigError('CONFIG_INVALID', `${found} to run it in`, {
      hint: 'Name it with --host or DATABRICKS_HOST: https://adb-….azuredatabricks.net',
    });
  }
  return { client: openDatabricks({ host, identity, fetch: around.fetch }), secrets };
}

/** How logins reach the world from here. */
export function loginReach({ fetch, now, env, progress }: Surroundings) {
  return { fetch, now, env, warn: (text: string) => progress(`warning: ${text}`) };
}
