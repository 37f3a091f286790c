import { join } from 'node:path';

import { AAD, credentialOf } from '../git-credentials/git-credential.ts';
import type { GitSource } from '../jobs/settings.ts';
import type { Principal } from '../principal.ts';
import type { Workspace } from '../workspace.ts';

/** The application id of Azure DevOps, the same in every tenant. */
const AZURE_DEVOPS_AUDIENCE = '499b84ac-1321-427f-aa17-267ca6975798';

const MISSING =
  'PERMISSION_DENIED: Missing Git provider credentials. ' +
  'Go to User Settings > Git Integration to add your personal access token.';

/**
 * Why a repository cannot even be asked for; null: it can.
 *
 * Source: the text about missing credentials in databricks/databricks-vscode issue 508.
 */
export function refused(workspace: Workspace, source: GitSource, caller: Principal): string | null {
  if (!credentialOf(workspace, caller, source.git_provider)) return MISSING;
  if (source.git_url.startsWith('https://') && URL.canParse(source.git_url)) return null;
  return `INVALID_PARAMETER_VALUE: ${source.git_url} is not an https URL of a repository.`;
}

/** A token of the caller, made for this fetch; or the one that the credential holds. */
export async function authorizationOf(
  workspace: Workspace,
  source: GitSource,
  caller: Principal,
): Promise<string> {
  const { tools } = workspace;
  const credential = credentialOf(workspace, caller, source.git_provider);
  if (credential && credential.provider !== AAD && credential.token !== null) {
    const { username, token } = credential;
    const basic = Buffer.from(`${username}:${token}`).toString('base64');
    tools.hidden.add(basic);
    return `Basic ${basic}`;
  }
  const issued = await tools.tokens.issue(caller.name, AZURE_DEVOPS_AUDIENCE);
  tools.hidden.add(issued);
  return `Bearer ${issued}`;
}

export function gitEnvironment({ folder, tools }: Workspace): Record<string, string> {
  return { HOME: join(folder, 'home'), ...tools.childEnvironment() };
}
