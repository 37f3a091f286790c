import type { FullCommit, Signature } from '../../git/commits.ts';
import { linksOf } from '../links.ts';
import type { AzureDevops, HostedRepository } from '../state.ts';

/** Source: GitCommitRef in specification/git/7.1 of MicrosoftDocs/vsts-rest-api-specs */
export function commitJson(
  state: AzureDevops,
  { id, repository }: HostedRepository,
  commit: FullCommit,
) {
  const links = linksOf(state);
  return {
    commitId: commit.id,
    author: signatureJson(commit.author),
    committer: signatureJson(commit.committer),
    comment: commit.message,
    url: `${links.repository(id)}/commits/${commit.id}`,
    remoteUrl: `${links.remote(repository.name)}/commit/${commit.id}`,
  };
}

function signatureJson({ name, email, date }: Signature) {
  return { name, email, date: new Date(date).toISOString().replace('.000Z', 'Z') };
}
