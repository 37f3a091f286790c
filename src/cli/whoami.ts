import { Command, InvalidArgumentError } from 'commander';

import { AZURE_DEVOPS_RESOURCE } from '../clients/azure-devops/azure-devops-client.ts';
import { getConnectedUser } from '../clients/azure-devops/get-connected-user.ts';
import { DATABRICKS_RESOURCE, openDatabricks } from '../clients/databricks/databricks-client.ts';
import { getMe } from '../clients/databricks/get-me.ts';
import { readTokenClaims } from '../clients/entra/token-claims.ts';
import type { LoginReach } from '../clients/open-identity.ts';
import { presentAssertion } from '../clients/present-assertion.ts';
import { outputOption } from './ask.ts';
import { attempt } from './attempt.ts';
import type { Done } from './exit-codes.ts';
import {
  type ChosenIdentity,
  chooseIdentity,
  commandReach,
  type IdentityOptions,
  identityOptions,
} from './identity-options.ts';
import { patientIdentity } from './patient-identity.ts';
import { jsonOf, linesOf, type Who } from './who.ts';

interface WhoamiOptions extends IdentityOptions {
  readonly host?: string;
  readonly organization?: string;
  readonly output: string;
}

/** `signalbox whoami`: who we are towards Entra ID, Databricks and Azure DevOps; never the token. */
export function whoamiCommand(done: Done): Command {
  return identityOptions(new Command('whoami'))
    .option(
      '--host <url>',
      'a Databricks workspace to ask; else those that belong to the identity',
      addressOf,
    )
    .option(
      '--organization <url>',
      'an organisation of Azure DevOps to ask; else the same',
      addressOf,
    )
    .addOption(outputOption())
    .action(async (options: WhoamiOptions) => {
      const reach = commandReach();
      const chosen = withPlaces(await chooseIdentity(options, reach), options);
      const who = await look(chosen, reach);
      const lines = linesOf(who, reach.now());
      console.log(options.output === 'json' ? jsonOf(who) : lines.join('\n'));
      done(who.exitCode);
    });
}

function withPlaces(chosen: ChosenIdentity, { host, organization }: WhoamiOptions): ChosenIdentity {
  return {
    ...chosen,
    ...(host !== undefined && { hosts: [host] }),
    ...(organization !== undefined && { organizations: [organization] }),
  };
}

/** A token of ours goes there: only by TLS. */
function addressOf(text: string): string {
  if (/^https:\/\/[^/?#@]/.test(text) && URL.canParse(text)) return text.replace(/\/+$/, '');
  throw new InvalidArgumentError('write an address that begins with https://');
}

/** Asks all that may know us, also where one of them refuses. */
async function look(chosen: ChosenIdentity, reach: LoginReach): Promise<Who> {
  const { login, words, hosts, organizations } = chosen;
  const identity = patientIdentity(chosen.identity);
  const { signal } = new AbortController();
  const { fetch } = reach;
  const vouching = await attempt('federated token', () => presentAssertion(login, reach));
  const resources = [
    ...(hosts.length > 0 || organizations.length === 0 ? [DATABRICKS_RESOURCE] : []),
    ...(organizations.length > 0 ? [AZURE_DEVOPS_RESOURCE] : []),
  ];
  const tokens = await Promise.all(
    resources.map((resource) =>
      attempt(resource, async () => readTokenClaims(await identity.token(resource, signal))),
    ),
  );
  // Without a token, nobody has anything to say but that.
  const isKnown = (resource: string) =>
    tokens.some(({ name, kind }) => name === resource && kind === 'known');
  const databricks = await Promise.all(
    (isKnown(DATABRICKS_RESOURCE) ? hosts : []).map((host) =>
      attempt(host, () => getMe(openDatabricks({ host, identity, fetch }), signal)),
    ),
  );
  const azureDevops = await Promise.all(
    (isKnown(AZURE_DEVOPS_RESOURCE) ? organizations : []).map((organization) =>
      attempt(organization, () => getConnectedUser({ organization, identity, fetch, signal })),
    ),
  );
  const all = [vouching, ...tokens, ...databricks, ...azureDevops];
  const exitCode = Math.max(...all.map((one) => (one.kind === 'known' ? 0 : one.exitCode)));
  return { login: words, vouching, tokens, databricks, azureDevops, exitCode };
}
