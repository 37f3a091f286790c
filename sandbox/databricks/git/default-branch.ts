import type { GitSource } from '../jobs/settings.ts';
import type { Principal } from '../principal.ts';
import type { Workspace } from '../workspace.ts';
import { authorizationOf, gitEnvironment, refused } from './authorize.ts';
import { explained } from './checkout.ts';
import { runGit } from './run-git.ts';

export type DefaultBranch =
  | { readonly kind: 'found'; readonly branch: string }
  | { readonly kind: 'failed'; readonly message: string };

/** The branch that a repository's server has as its own. Source: git-ls-remote(1), --symref. */
export async function defaultBranch(
  workspace: Workspace,
  source: GitSource,
  caller: Principal,
  signal: AbortSignal,
): Promise<DefaultBranch> {
  const message = refused(workspace, source, caller);
  if (message) return { kind: 'failed', message };
  try {
    const told = await runGit({
      args: ['ls-remote', '--symref', '--', source.git_url, 'HEAD'],
      environment: gitEnvironment(workspace),
      authorization: await authorizationOf(workspace, source, caller),
      signal,
    });
    const branch = /^ref: refs\/heads\/(?<branch>\S+)\tHEAD$/mu.exec(told)?.groups?.['branch'];
    return branch
      ? { kind: 'found', branch }
      : { kind: 'failed', message: 'RESOURCE_DOES_NOT_EXIST: The repository has no branch.' };
  } catch (error) {
    const complaint = error instanceof Error ? error.message : String(error);
    return { kind: 'failed', message: explained(workspace.tools.hidden.redact(complaint), 'HEAD') };
  }
}
