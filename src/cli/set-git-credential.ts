import type { DatabricksClient } from '../clients/databricks/databricks-client.ts';
import {
  createGitCredential,
  type GitCredential,
  listGitCredentials,
  updateGitCredential,
  type WantedGitCredential,
} from '../clients/databricks/git-credentials.ts';
import { PermanentError, UncertainError } from '../lib/errors.ts';

/** What had to be done for a principal to have its git credential. */
export interface SetGitCredential {
  readonly credential: GitCredential;
  readonly done: 'kept' | 'created' | 'updated';
}

/**
 * Gives the principal this git credential, and leaves it there at every instant: one that exists is
 * changed, never deleted and made anew, for a run of another pipeline may be fetching with it.
 *
 * @throws {PermanentError} it is refused
 * @throws {UncertainError} no answer to its creation, and it is not there
 */
export async function setGitCredential(
  client: DatabricksClient,
  wanted: WantedGitCredential,
  signal: AbortSignal,
): Promise<SetGitCredential> {
  const there = await findFor(client, wanted, signal);
  if (there) return await keepOrUpdate(client, { there, wanted }, signal);
  try {
    const credential = await createGitCredential(client, wanted, signal);
    return { credential, done: 'created' };
  } catch (error) {
    // Another pipeline was quicker, or the answer was lost: then it is there by now.
    if (!(error instanceof PermanentError || error instanceof UncertainError)) throw error;
    const late = await findFor(client, wanted, signal);
    if (!late) throw error;
    return await keepOrUpdate(client, { there: late, wanted }, signal);
  }
}

async function keepOrUpdate(
  client: DatabricksClient,
  { there, wanted }: { readonly there: GitCredential; readonly wanted: WantedGitCredential },
  signal: AbortSignal,
): Promise<SetGitCredential> {
  // One with a token is always written: nobody is told what the token there is.
  const isRight = wanted.token === null && there.git_provider === wanted.provider;
  if (isRight) return { credential: there, done: 'kept' };
  await updateGitCredential(client, there.credential_id, wanted, signal);
  return { credential: { ...there, git_provider: wanted.provider }, done: 'updated' };
}

async function findFor(
  client: DatabricksClient,
  { provider }: WantedGitCredential,
  signal: AbortSignal,
): Promise<GitCredential | undefined> {
  const all = await listGitCredentials(client, signal);
  const same = all.find(({ git_provider: name }) => name === provider);
  return same ?? all.find(({ git_provider: name }) => serverOf(name) === serverOf(provider));
}

/** The two kinds of credentials for Azure DevOps are for the same servers. */
function serverOf(provider: string): string {
  return provider.replace(/Aad$/, '');
}
