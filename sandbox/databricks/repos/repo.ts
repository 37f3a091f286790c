import { ApiError, doesNotExist, invalidParameter } from '../api-error.ts';
import type { Workspace } from '../workspace.ts';

/** A folder of the workspace that is a checkout of a git repository. */
export interface Repo {
  readonly id: number;
  readonly path: string;
  readonly url: string;
  readonly provider: string;
  /** null: it stands at a tag. */
  branch: string | null;
  headCommit: string;
}

/** The text is ours. @throws {ApiError} 404 */
export function repoWith({ repos }: Workspace, id: string | undefined): Repo {
  const found = repos.get(Number(id));
  if (found) return found;
  throw doesNotExist(`Repo with id ${id} does not exist`);
}

/** Source: databricks-sdk-py service/workspace.py, RepoInfo. */
export function repoJson({ id, path, url, provider, branch, headCommit }: Repo) {
  return {
    id,
    path,
    url,
    provider,
    ...(branch !== null && { branch }),
    head_commit_id: headCommit,
  };
}

/**
 * Where a repository goes: below /Repos it is always a folder and a name.
 *
 * Source: databricks-sdk-py service/workspace.py, ReposAPI.create; the text is ours.
 * @throws {ApiError} 400
 */
export function checkRepoPath(path: string): void {
  if (!path.startsWith('/Repos/') || /^\/Repos\/[^/]+\/[^/]+$/u.test(path)) return;
  throw invalidParameter(`In /Repos the path must be /Repos/{folder}/{name}, and not ${path}`);
}

/** A checkout that failed says with a name what was wrong. @throws {ApiError} always */
export function gitRefused(message: string): ApiError {
  const { code = 'INTERNAL_ERROR', text = message } =
    /(?<code>[A-Z]+(?:_[A-Z]+)+): (?<text>.*)$/su.exec(message)?.groups ?? {};
  const statuses: Readonly<Record<string, number>> = {
    PERMISSION_DENIED: 403,
    RESOURCE_DOES_NOT_EXIST: 404,
    INTERNAL_ERROR: 500,
  };
  return new ApiError(statuses[code] ?? 400, code, text);
}
