import type { Command } from 'commander';
import type { Identity } from '../clients/identity.ts';
import { identityFromEnvironment } from '../clients/identity-from-environment.ts';
import { type Login, loginNames } from '../clients/login.ts';
import type { LoginReach } from '../clients/open-identity.ts';
import { withKnownSecrets } from './known-secrets.ts';

/** Who a command is to be. */
export interface IdentityOptions {
  readonly identity?: string;
  readonly config: string;
  readonly profile?: string;
}

/** Who a command is, and where it is known to be somebody. */
export interface ChosenIdentity {
  readonly identity: Identity;
  readonly login: Login;
  /** What must not be printed: its own secret, and the tokens that it has given out so far. */
  readonly secrets: () => readonly string[];
  /** `Entra ID, client secret (identity sp-mlops of signalbox.yaml)` */
  readonly words: string;
  /** Workspaces that belong to it: `https://adb-1234567890123456.7.azuredatabricks.net`. */
  readonly hosts: readonly string[];
  /** Organisations that belong to it: `https://dev.azure.com/contoso`. */
  readonly organizations: readonly string[];
}

/** Adds the options that say who to be: an identity of the configuration, else the environment's. */
export function identityOptions(command: Command): Command {
  return command
    .option('-i, --identity <name>', 'an identity of the configuration; else the environment says')
    .option('-c, --config <file>', 'the configuration, with --identity', 'signalbox.yaml')
    .option('-p, --profile <name>', 'a profile of ~/.databrickscfg, without --identity');
}

/** How commands reach the world; what should be changed is said on stderr. */
export function commandReach(): LoginReach {
  return {
    fetch: globalThis.fetch,
    now: Date.now,
    env: process.env,
    warn: (text) => console.error(`warning: ${text}`),
  };
}

/**
 * The identity that the options choose.
 *
 * @throws {ConfigError} there is none of this name, or the environment names none that is right
 */
export async function chooseIdentity(
  options: IdentityOptions,
  reach: LoginReach,
): Promise<ChosenIdentity> {
  if (options.identity !== undefined) {
    // Loaded only now: all that a configuration can say takes longer to load than a step to start.
    const { identityFromConfig } = await import('./identity-from-config.ts');
    return identityFromConfig(options.identity, options.config, reach);
  }
  const found = identityFromEnvironment({ ...reach, profile: options.profile });
  const organization = reach.env['SYSTEM_COLLECTIONURI'] ?? '';
  return {
    ...found,
    ...withKnownSecrets(found.identity, found.login),
    words: `${loginNames[found.login.kind]} (${found.authType}, from the environment)`,
    hosts: found.host === null ? [] : [found.host],
    organizations: organization.startsWith('https://') ? [organization.replace(/\/$/, '')] : [],
  };
}
