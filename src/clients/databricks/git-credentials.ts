import { z } from 'zod';

import { Int64 } from '../../lib/json.ts';
import type { Secret } from '../../lib/secret.ts';
import type { DatabricksClient } from './databricks-client.ts';

/**
 * What a principal fetches from a git server with; its token is never told.
 * Source: databricks-sdk-py `databricks/sdk/service/workspace.py`, CredentialInfo
 */
const GitCredential = z.object({
  credential_id: Int64,
  git_provider: z.string(),
  git_username: z.string().optional(),
});
export type GitCredential = z.infer<typeof GitCredential>;

const GitCredentials = z.object({ credentials: z.array(GitCredential).default([]) });

/** What a git credential is to be. */
export interface WantedGitCredential {
  /** `azureDevOpsServices`, as the API spells it. */
  readonly provider: string;
  readonly username: string | null;
  /** null: the provider takes the login of Entra ID. */
  readonly token: Secret | null;
}

const PATH = '/api/2.0/git-credentials';

/** The git credentials of the principal that asks. */
export async function listGitCredentials(
  client: DatabricksClient,
  signal: AbortSignal,
): Promise<readonly GitCredential[]> {
  return (await client.get({ path: PATH, query: {}, signal }, GitCredentials)).credentials;
}

/**
 * Creates one; resolves to it.
 * @throws {PermanentError} there is one for this provider already, or it is refused
 */
export async function createGitCredential(
  client: DatabricksClient,
  wanted: WantedGitCredential,
  signal: AbortSignal,
): Promise<GitCredential> {
  const ask = { path: PATH, body: bodyOf(wanted), repeatable: false, signal };
  return await client.post(ask, GitCredential);
}

/** Changes the one with this id; runs that fetch meanwhile see the old one or the new one. */
export async function updateGitCredential(
  client: DatabricksClient,
  id: string,
  wanted: WantedGitCredential,
  signal: AbortSignal,
): Promise<void> {
  const ask = { path: `${PATH}/${id}`, body: bodyOf(wanted), repeatable: true, signal };
  await client.patch(ask, z.unknown());
}

function bodyOf({ provider, username, token }: WantedGitCredential) {
  return {
    git_provider: provider,
    ...(username !== null && { git_username: username }),
    ...(token && { personal_access_token: token.reveal() }),
  };
}
