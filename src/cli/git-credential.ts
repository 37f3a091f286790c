import { Command } from 'commander';

import { DATABRICKS_RESOURCE, openDatabricks } from '../clients/databricks/databricks-client.ts';
import { readTokenClaims } from '../clients/entra/token-claims.ts';
import { ConfigError } from '../lib/errors.ts';
import { Secret } from '../lib/secret.ts';
import { outputOption } from './ask.ts';
import {
  chooseIdentity,
  commandReach,
  type IdentityOptions,
  identityOptions,
} from './identity-options.ts';
import { type SetGitCredential, setGitCredential } from './set-git-credential.ts';

interface GitCredentialOptions extends IdentityOptions {
  readonly host?: string;
  readonly provider: string;
  readonly username?: string;
  readonly tokenFrom?: string;
  readonly output: string;
}

/** The provider whose credentials are Entra ID's own: nothing to keep, nothing to run out. */
const ENTRA = 'azureDevOpsServicesAad';

const words: Readonly<Record<SetGitCredential['done'], string>> = {
  kept: 'is there already',
  created: 'was created',
  updated: 'was changed in place',
};

/** `signalbox git-credential set`: what Databricks fetches from git with, as this principal. */
export function gitCredentialCommand(): Command {
  const set = identityOptions(new Command('set'))
    .description(
      'give the principal a git credential in the workspace, without ever taking it away',
    )
    .option('--host <url>', 'the workspace; else the one that belongs to the identity')
    .option(
      '--provider <name>',
      'as the API spells it: azureDevOpsServicesAad (no token), azureDevOpsServices, gitHub …',
      ENTRA,
    )
    .option('--username <name>', 'the user on the git server, where a token is used')
    .option('--token-from <variable>', 'the environment variable that holds the token')
    .addOption(outputOption())
    .action(run);
  return new Command('git-credential').addCommand(set);
}

async function run(options: GitCredentialOptions): Promise<void> {
  const reach = commandReach();
  const token = tokenIn(options, reach.env);
  const { identity, hosts } = await chooseIdentity(options, reach);
  const [host] = options.host === undefined ? hosts : [options.host];
  if (host === undefined) {
    throw new ConfigError('CONFIG_INVALID', 'no workspace is named', {
      hint: 'Name it with --host or DATABRICKS_HOST: https://adb-….azuredatabricks.net',
    });
  }
  const { signal } = new AbortController();
  const { principal } = readTokenClaims(await identity.token(DATABRICKS_RESOURCE, signal));
  const client = openDatabricks({ host, identity, fetch: reach.fetch });
  const wanted = { provider: options.provider, username: options.username ?? null, token };
  const { credential, done } = await setGitCredential(client, wanted, signal);
  const { credential_id: id, git_provider: provider } = credential;
  const answer = { principal, host, credential_id: id, git_provider: provider, done };
  const line = `git credential ${id} (${provider}) of ${principal ?? 'this principal'} ${words[done]}`;
  console.log(options.output === 'json' ? JSON.stringify(answer) : line);
}

/** @throws {ConfigError} a token is needed and not there, or there and not needed */
function tokenIn(
  { provider, tokenFrom }: GitCredentialOptions,
  env: Readonly<Record<string, string | undefined>>,
): Secret | null {
  if (provider === ENTRA) {
    if (tokenFrom === undefined) return null;
    throw new ConfigError('CONFIG_INVALID', `${ENTRA} takes no token`, {
      hint: 'Leave out --token-from, or name --provider azureDevOpsServices.',
    });
  }
  const token = tokenFrom === undefined ? '' : (env[tokenFrom]?.trim() ?? '');
  if (token !== '' && token !== 'null' && !token.startsWith('$(')) return new Secret(token);
  const what = tokenFrom === undefined ? 'none is named' : `${tokenFrom} holds none`;
  throw new ConfigError('CONFIG_INVALID', `${provider} needs a token, and ${what}`, {
    hint: 'Put it into a variable, and name that: --token-from GIT_TOKEN. In Azure Pipelines a secret has to be mapped under env.',
  });
}
