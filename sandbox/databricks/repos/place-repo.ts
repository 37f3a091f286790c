import { cp, mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

import { checkOut } from '../git/checkout.ts';
import { defaultBranch } from '../git/default-branch.ts';
import type { Principal } from '../principal.ts';
import type { Workspace } from '../workspace.ts';
import { localPath } from '../workspace-files/workspace-object.ts';
import { gitRefused } from './repo.ts';

interface Order {
  readonly url: string;
  readonly provider: string;
  readonly path: string;
  /** Neither: the branch that the server has as its own. */
  readonly branch?: string | undefined;
  readonly tag?: string | undefined;
}

interface Placed {
  readonly branch: string | null;
  readonly headCommit: string;
}

/**
 * Puts the files of a branch or tag where the repository stands, in place of what was there.
 *
 * @throws {ApiError} the repository is not to be had
 */
export async function placeRepo(
  workspace: Workspace,
  caller: Principal,
  order: Order,
): Promise<Placed> {
  const { url, provider, path, tag } = order;
  const source = { git_url: url, git_provider: provider };
  const signal = AbortSignal.timeout(60_000);
  const branch = tag ? undefined : (order.branch ?? (await usualBranch()));
  const wanted = { ...source, ...(tag ? { git_tag: tag } : { git_branch: branch }) };
  const checkout = await checkOut(workspace, wanted, caller, signal);
  if (checkout.kind === 'failed') throw gitRefused(checkout.message);
  const local = localPath(workspace, path);
  await rm(local, { recursive: true, force: true });
  await mkdir(dirname(local), { recursive: true });
  await cp(checkout.folder, local, { recursive: true, verbatimSymlinks: true });
  return { branch: branch ?? null, headCommit: checkout.commit };

  async function usualBranch(): Promise<string> {
    const usual = await defaultBranch(workspace, source, caller, signal);
    if (usual.kind === 'failed') throw gitRefused(usual.message);
    return usual.branch;
  }
}
