import {
  type FoundLogin,
  loginFromEnvironment,
} from './databricks/login/login-from-environment.ts';
import type { Identity } from './identity.ts';
import { type LoginReach, openIdentity } from './open-identity.ts';

/** Who a command is, by what surrounds it, ready to log in. */
export interface FoundIdentity extends Omit<FoundLogin, 'warnings'> {
  readonly identity: Identity;
}

/**
 * The identity that the official variables or a profile of `~/.databrickscfg` name.
 *
 * @throws {ConfigError} more than one method, an unknown one, or one that lacks something
 */
export function identityFromEnvironment(
  reach: LoginReach & { readonly profile?: string | undefined },
): FoundIdentity {
  const { warnings, ...found } = loginFromEnvironment(reach);
  for (const warning of warnings) reach.warn(warning);
  return { ...found, identity: openIdentity(found.login, reach) };
}
