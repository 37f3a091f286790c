import type { Identity } from '../identity.ts';
import { linksOf } from '../links.ts';
import type { AzureDevops, Definition } from '../state.ts';

export interface Prepared {
  readonly definition: Definition;
  readonly reason: 'manual' | 'individualCI' | 'batchedCI';
  readonly requestedFor: Identity;
  readonly sourceBranch: string;
  readonly sourceVersion: string;
}

const reasons = { manual: 'Manual', individualCI: 'IndividualCI', batchedCI: 'BatchedCI' };

/**
 * What the server knows of a run before it begins; `${{ variables[…] }}` finds it already.
 * Source: docs/pipelines/build/variables.md of MicrosoftDocs/azure-devops-docs
 */
export function serverVariables(
  state: AzureDevops,
  { definition, reason, requestedFor, sourceBranch, sourceVersion }: Prepared,
): readonly (readonly [string, string])[] {
  const { project } = state;
  const links = linksOf(state);
  const collection = `${links.organization}/`;
  const { hosted } = definition;
  return [
    ['Build.DefinitionId', String(definition.id)],
    ['Build.DefinitionName', definition.name],
    ['Build.DefinitionVersion', String(definition.revision)],
    ['Build.QueuedBy', requestedFor.displayName],
    ['Build.QueuedById', requestedFor.id],
    ['Build.Reason', reasons[reason]],
    ['Build.Repository.Clean', 'False'],
    ['Build.Repository.ID', hosted.id],
    ['Build.Repository.Name', hosted.repository.name],
    ['Build.Repository.Provider', 'TfsGit'],
    ['Build.Repository.Uri', links.remote(hosted.repository.name)],
    ['Build.RequestedFor', requestedFor.displayName],
    ['Build.RequestedForEmail', requestedFor.uniqueName],
    ['Build.RequestedForId', requestedFor.id],
    ['Build.SourceBranch', sourceBranch],
    // Only the last part of a name: `b` of `refs/heads/feature/a/b`.
    ['Build.SourceBranchName', sourceBranch.split('/').at(-1) ?? ''],
    ['Build.SourceVersion', sourceVersion],
    ['System.CollectionId', state.organizationId],
    ['System.CollectionUri', collection],
    ['System.DefinitionId', String(definition.id)],
    ['System.DefinitionName', definition.name],
    ['System.HostType', 'build'],
    ['System.TeamFoundationCollectionUri', collection],
    ['System.TeamFoundationServerUri', collection],
    ['System.TeamProject', project.name],
    ['System.TeamProjectId', project.id],
  ];
}
