import { createHash } from 'node:crypto';
import { access, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { GitSource } from '../jobs/settings.ts';
import type { Principal } from '../principal.ts';
import type { Workspace } from '../workspace.ts';
import { authorizationOf, gitEnvironment, refused } from './authorize.ts';
import { type GitOrder, runGit } from './run-git.ts';

/** The last use of each bare clone: one git process at a time in each. */
export type Repositories = Map<string, Promise<unknown>>;

export type Checkout =
  | { readonly kind: 'checked-out'; readonly commit: string; readonly folder: string }
  | { readonly kind: 'failed'; readonly message: string };

/**
 * The files of a job's git_source, fetched anew and with the caller's own git credential.
 *
 * Source: the texts about missing and invalid credentials in databricks/databricks-vscode issue 508
 * and databricks/cli issue 1551; "Failed to checkout Git repository" is from memory.
 */
export async function checkOut(
  workspace: Workspace,
  source: GitSource,
  caller: Principal,
  signal: AbortSignal,
): Promise<Checkout> {
  const refusal = refused(workspace, source, caller);
  if (refusal) return failed(refusal);
  const before = workspace.repositories.get(source.git_url) ?? Promise.resolve();
  const turn = before.then(() => fetchAndCheckOut(workspace, source, caller, signal));
  workspace.repositories.set(source.git_url, turn);
  return turn;
}

async function fetchAndCheckOut(
  workspace: Workspace,
  source: GitSource,
  caller: Principal,
  signal: AbortSignal,
): Promise<Checkout> {
  const wanted = referenceOf(source);
  if (!wanted)
    return failed('INVALID_PARAMETER_VALUE: that is no name of a branch, tag or commit.');

  const environment = gitEnvironment(workspace);
  const git = async (args: readonly string[], more: Partial<GitOrder> = {}) =>
    (await runGit({ args, environment, signal, ...more })).trim();

  const repository = createHash('sha256').update(source.git_url).digest('hex').slice(0, 16);
  const bare = join(workspace.folder, 'git', `${repository}.git`);
  try {
    const authorization = await authorizationOf(workspace, source, caller);
    if (!(await exists(bare))) await git(['init', '--bare', '--quiet', bare]);
    const fetch = ['fetch', '--quiet', '--depth=1', '--no-tags', '--force', '--'];
    await git(['--git-dir', bare, ...fetch, source.git_url, wanted], { authorization });
    const commit = await git(['--git-dir', bare, 'rev-parse', 'FETCH_HEAD^{commit}']);

    // Notebooks see it where Databricks has it: below /Workspace/Repos/.internal.
    const internal = join(workspace.folder, 'root', 'workspace', 'Repos', '.internal');
    const folder = join(internal, `${repository}_commits`, commit);
    if (!(await exists(folder))) {
      const fresh = `${folder}.new`;
      await rm(fresh, { recursive: true, force: true });
      await mkdir(fresh, { recursive: true });
      const tree = ['--git-dir', bare, '--work-tree', fresh];
      await git([...tree, 'checkout', '--quiet', '--force', commit, '--', '.'], {
        environment: { ...environment, GIT_INDEX_FILE: `${bare}/index.${commit}` },
      });
      await rename(fresh, folder);
    }
    return { kind: 'checked-out', commit, folder };
  } catch (error) {
    // A git that was killed leaves its locks behind, and the next one would stumble over them.
    if (signal.aborted) await rm(bare, { recursive: true, force: true });
    const complaint = error instanceof Error ? error.message : String(error);
    return failed(explained(workspace.tools.hidden.redact(complaint), wanted));
  }
}

/** A full name, so that no branch can pass for an option of git. */
function referenceOf({ git_branch, git_tag, git_commit }: GitSource): string | null {
  if (git_commit) return /^[0-9a-f]{40}$/u.test(git_commit) ? git_commit : null;
  const name = git_branch ?? git_tag ?? '';
  if (!/^[^\s~^:?*[\\]+$/u.test(name) || name.includes('..')) return null;
  return git_branch ? `refs/heads/${name}` : `refs/tags/${name}`;
}

/** What git complained of, in the vendor's words. */
export function explained(complaint: string, wanted: string): string {
  if (/couldn't find remote ref|not our ref/iu.test(complaint)) {
    return `RESOURCE_DOES_NOT_EXIST: ${wanted.replace(/^refs\/(heads|tags)\//u, '')} was not found.`;
  }
  if (/authentication failed|could not read username|error: 40[13]\b/iu.test(complaint)) {
    return 'PERMISSION_DENIED: Invalid Git provider credentials. Go to User Settings > Git Integration.';
  }
  return `INTERNAL_ERROR: ${complaint.split('\n')[0]}`;
}

function failed(message: string): Checkout {
  return { kind: 'failed', message: `Failed to checkout Git repository: ${message}` };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
