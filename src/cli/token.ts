import { Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';

import { AZURE_DEVOPS_RESOURCE } from '../clients/azure-devops/azure-devops-client.ts';
import { DATABRICKS_RESOURCE } from '../clients/databricks/databricks-client.ts';
import { readTokenClaims } from '../clients/entra/token-claims.ts';
import { ConfigError } from '../lib/errors.ts';
import { outputOption } from './ask.ts';
import {
  chooseIdentity,
  commandReach,
  type IdentityOptions,
  identityOptions,
} from './identity-options.ts';
import { maskingOf } from './masking.ts';
import { patientIdentity } from './patient-identity.ts';

interface TokenOptions extends IdentityOptions {
  readonly resource: string;
  readonly force?: true;
  readonly output: string;
}

/**
 * `signalbox token`: an access token for a script, on stdout. A CI system is told first that it is
 * a secret. A terminal keeps what it shows, and so gets none without `--force`.
 */
export function tokenCommand(): Command {
  return identityOptions(new Command('token'))
    .addOption(
      new Option('-r, --resource <name>', 'databricks, azure-devops, or an application id')
        .default(DATABRICKS_RESOURCE, 'databricks')
        .argParser(resourceOf),
    )
    .option('--force', 'print it on a terminal, too')
    .addOption(outputOption())
    .action(printToken);
}

async function printToken(options: TokenOptions): Promise<void> {
  if (process.stdout.isTTY && !options.force) {
    throw new ConfigError('CONFIG_INVALID', 'a token is not printed on a terminal', {
      hint: 'Write TOKEN=$(signalbox token …), or --force: the terminal keeps what it shows.',
    });
  }
  const reach = commandReach();
  const { identity } = await chooseIdentity(options, reach);
  const token = await patientIdentity(identity).token(
    options.resource,
    new AbortController().signal,
  );
  const { expiresAtMs } = readTokenClaims(token);
  const answer = {
    access_token: token.reveal(),
    token_type: 'Bearer',
    expires_on: expiresAtMs === null ? null : new Date(expiresAtMs).toISOString(),
  };
  // On stderr, which a script's $(…) leaves to the log; and through it before stdout has anything.
  const masking = maskingOf(token, reach.env);
  if (masking !== null) await written(process.stderr, masking);
  await written(
    process.stdout,
    options.output === 'json' ? JSON.stringify(answer) : answer.access_token,
  );
}

function written(stream: NodeJS.WriteStream, line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(`${line}\n`, (error) => (error ? reject(error) : resolve()));
  });
}

function resourceOf(name: string): string {
  if (name === 'databricks') return DATABRICKS_RESOURCE;
  if (name === 'azure-devops') return AZURE_DEVOPS_RESOURCE;
  if (z.guid().safeParse(name).success) return name.toLowerCase();
  throw new InvalidArgumentError('write databricks, azure-devops, or an application id');
}
