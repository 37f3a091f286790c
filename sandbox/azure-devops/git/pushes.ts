import { listCommits } from '../../git/commits.ts';
import type { Action, Call } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import { identityRef } from '../identity.ts';
import { linksOf } from '../links.ts';
import { requireGitRight } from '../permissions/rights.ts';
import { listed, respond } from '../respond.ts';
import type { AzureDevops, HostedRepository, Push } from '../state.ts';
import { VssError } from '../vss-error.ts';
import { commitJson } from './commit-json.ts';
import { findRepository, repositoryJson } from './repository-json.ts';

const path = '/:org/:project/_apis/git/repositories/:repo/pushes';
const defaultTop = 100;

/** The pushes to a repository, the newest first. */
export const listPushes: Action<AzureDevops> = {
  method: 'GET',
  path,
  source: 'vsts-rest-api-specs, specification/git/7.1, Pushes_List',
  async handle(call) {
    const { caller, hosted } = await enterRepository(call);
    const top = Number(call.url.searchParams.get('$top') || defaultTop);
    const found = call.state.pushes.filter((push) => push.hosted === hosted).toReversed();
    const shown = found.slice(0, top).map((push) => pushHead(call.state, push));
    return respond(call, caller, listed(shown));
  },
};

export const getPush: Action<AzureDevops> = {
  method: 'GET',
  path: `${path}/:push`,
  source: 'vsts-rest-api-specs, specification/git/7.1, Pushes_Get',
  async handle(call) {
    const { caller, hosted } = await enterRepository(call);
    const id = call.params['push'];
    const found = call.state.pushes.find(
      (push) => push.hosted === hosted && String(push.id) === id,
    );
    if (found) return respond(call, caller, await pushJson(call.state, found));
    throw new VssError(
      404,
      'GitPushNotFoundException',
      `TF401179: The push with ID ${id} does not exist.`,
      'Microsoft.TeamFoundation.Git.Server',
    );
  },
};

/** As the service was seen to show of a large push. */
const mostCommits = 25;

/** A push with its commits. Source: GitPush in specification/git/7.1 of vsts-rest-api-specs */
export async function pushJson(state: AzureDevops, push: Push) {
  const commits = await commitsOf(push);
  return {
    commits: commits.map((commit) => commitJson(state, push.hosted, commit)),
    ...pushHead(state, push),
    refUpdates: push.updates.map((update) => ({ repositoryId: push.hosted.id, ...update })),
    repository: repositoryJson(state, push.hosted),
  };
}

function pushHead(state: AzureDevops, { hosted, by, id, atMs }: Push) {
  return {
    pushedBy: identityRef(by, state.organization),
    pushId: id,
    date: new Date(atMs).toISOString(),
    url: `${linksOf(state).repository(hosted.id)}/pushes/${id}`,
  };
}

async function commitsOf({ hosted, updates: [first] }: Push) {
  if (first === undefined || /^0+$/.test(first.newObjectId)) return [];
  const isNew = /^0+$/.test(first.oldObjectId);
  return listCommits(hosted.repository, {
    revisions: [isNew ? first.newObjectId : `${first.oldObjectId}..${first.newObjectId}`],
    top: isNew ? 1 : mostCommits,
  });
}

async function enterRepository(call: Call<AzureDevops>) {
  const caller = await enter(call);
  const hosted: HostedRepository = findRepository(call.state, call.params['repo']);
  requireGitRight(call, caller, 'GenericRead');
  return { caller, hosted };
}
