import { createHash } from 'node:crypto';

import type { Call } from '../../kit/action.ts';
import type { GithubConfig, Workflow } from '../github-config.ts';
import { notFound } from '../github-error.ts';
import { nodeId } from '../iso-time.ts';
import type { Github } from '../state.ts';

/** A workflow of a repository, and what the API calls it by. */
export interface KnownWorkflow extends Workflow {
  readonly id: number;
}

export interface Repository {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly defaultBranch: string;
  /** Branch to the commit it is at. There are no others. */
  readonly branches: ReadonlyMap<string, string>;
  readonly workflows: readonly KnownWorkflow[];
}

/** The repositories of the configuration; their commits are made up, and the same every time. */
export function repositoriesIn(
  { repositories }: GithubConfig,
  nextId: () => number,
): ReadonlyMap<string, Repository> {
  return new Map(
    repositories.map(({ owner, name, default_branch: main, branches, workflows }) => [
      `${owner}/${name}`.toLowerCase(),
      {
        id: nextId(),
        owner,
        name,
        defaultBranch: main,
        branches: new Map(
          [main, ...branches].map((branch) => [branch, commitOf(`${owner}/${name}/${branch}`)]),
        ),
        workflows: workflows.map((workflow) => ({ ...workflow, id: nextId() })),
      },
    ]),
  );
}

function commitOf(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

/** @throws {GithubError} 404 */
export function repositoryOf({ state, params }: Call<Github>): Repository {
  const name = `${params['owner']}/${params['repo']}`.toLowerCase();
  const repository = state.repositories.get(name);
  if (!repository) throw notFound();
  return repository;
}

/** The branch and the commit that a reference means; null: there is none. */
export function resolveRef(
  { branches }: Repository,
  ref: string,
): { readonly branch: string; readonly sha: string } | null {
  const branch = ref.replace(/^(?:refs\/)?heads\//u, '');
  const sha = branches.get(branch) ?? branches.get(ref);
  if (sha !== undefined) return { branch, sha };
  const found = [...branches].find(([, commit]) => commit === ref);
  return found ? { branch: found[0], sha: found[1] } : null;
}

export function apiUrl({ owner, name }: Repository, path = ''): string {
  return `https://api.github.com/repos/${owner}/${name}${path}`;
}

export function webUrl({ owner, name }: Repository, path = ''): string {
  return `https://github.com/${owner}/${name}${path}`;
}

/** Source: docs.github.com/en/rest/repos/repos, `minimal-repository`; a part of its fields. */
export function repositoryJson(repository: Repository) {
  const { id, owner, name } = repository;
  return {
    id,
    node_id: nodeId('R_', id),
    name,
    full_name: `${owner}/${name}`,
    private: true,
    owner: {
      login: owner,
      id: 1,
      node_id: nodeId('O_', 1),
      url: `https://api.github.com/users/${owner}`,
      html_url: `https://github.com/${owner}`,
      type: 'Organization',
      site_admin: false,
    },
    html_url: webUrl(repository),
    description: null,
    fork: false,
    url: apiUrl(repository),
  };
}
