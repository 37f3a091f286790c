import { projectReference } from '../build/build-json.ts';
import { linksOf } from '../links.ts';
import type { AzureDevops, HostedRepository } from '../state.ts';
import { VssError } from '../vss-error.ts';

/** Source: GitRepository in specification/git/7.1 of vsts-rest-api-specs */
export function repositoryJson(state: AzureDevops, { id, repository, isEmpty }: HostedRepository) {
  const links = linksOf(state);
  const { organization, project } = state;
  const webUrl = links.remote(repository.name);
  return {
    id,
    name: repository.name,
    url: links.repository(id),
    project: projectReference(state),
    ...(!isEmpty && { defaultBranch: `refs/heads/${repository.defaultBranch}` }),
    size: 0,
    remoteUrl: webUrl.replace('https://', `https://${encodeURIComponent(organization)}@`),
    sshUrl: `git@ssh.dev.azure.com:v3/${organization}/${project.name}/${repository.name}`,
    webUrl,
    isDisabled: false,
    isInMaintenance: false,
  };
}

/** @throws {VssError} no such repository */
export function findRepository(state: AzureDevops, nameOrId: string | undefined): HostedRepository {
  const asked = nameOrId?.toLowerCase();
  const found = state.repositories.find(
    ({ id, repository }) => asked === id || asked === repository.name.toLowerCase(),
  );
  if (found) return found;
  throw new VssError(
    404,
    'GitRepositoryNotFoundException',
    `TF401019: The Git repository with name or identifier ${nameOrId} does not exist or you do not have permissions for the operation you are attempting.`,
    'Microsoft.TeamFoundation.Git.Server',
  );
}
