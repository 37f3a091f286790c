import type { AzureDevopsCall, HostedRepository } from '../state.ts';
import { VssError } from '../vss-error.ts';

/** The version of a repository that a request asks for. */
export interface Version {
  readonly commit: string;
  /** As messages have it: `Branch: main`. */
  readonly shown: string;
}

/**
 * The commit that `versionDescriptor` means; without one, the newest of the default branch.
 * Source: GitVersionDescriptor in specification/git/7.1 of MicrosoftDocs/vsts-rest-api-specs
 * @throws {VssError} there is no such version
 */
export async function findVersion(
  { url }: AzureDevopsCall,
  { repository }: HostedRepository,
  prefix: string,
): Promise<Version> {
  const query = new Map(
    Array.from(url.searchParams, ([name, value]) => [name.toLowerCase(), value] as const),
  );
  const named = (name: string) =>
    query.get(`${prefix}.${name}`.toLowerCase()) ?? query.get(name.toLowerCase());
  const version = named('version') || repository.defaultBranch;
  const type = (named('versionType') ?? 'branch').toLowerCase();
  const revisions: Readonly<Record<string, string>> = {
    branch: `refs/heads/${version.replace(/^refs\/heads\//, '')}`,
    tag: `refs/tags/${version.replace(/^refs\/tags\//, '')}`,
    commit: version,
  };
  const revision = revisions[type];
  const shown = `${type.slice(0, 1).toUpperCase()}${type.slice(1)}: ${version}`;
  const commit = revision === undefined ? null : await repository.resolve(revision);
  if (commit !== null) return { commit, shown };
  throw new VssError(
    404,
    'GitUnresolvableToCommitException',
    `TF401175:The version descriptor <${shown}> could not be resolved to a version in the repository ${repository.name}`,
    'Microsoft.TeamFoundation.Git.Server',
  );
}
