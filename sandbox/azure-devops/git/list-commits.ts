import { type FullCommit, listCommits } from '../../git/commits.ts';
import type { Action, Call } from '../../kit/action.ts';
import { enter } from '../enter.ts';
import type { Identity } from '../identity.ts';
import { linksOf } from '../links.ts';
import { requireGitRight } from '../permissions/rights.ts';
import { listed, respond } from '../respond.ts';
import type { AzureDevops, HostedRepository } from '../state.ts';
import { VssError } from '../vss-error.ts';
import { commitJson } from './commit-json.ts';
import { findRepository } from './repository-json.ts';
import { findVersion } from './version.ts';

const path = '/:org/:project/_apis/git/repositories/:repo/commits';
const defaultTop = 100;

/** Commits of a branch, the newest first. */
export const listGitCommits: Action<AzureDevops> = {
  method: 'GET',
  path,
  source: 'vsts-rest-api-specs, specification/git/7.1, Commits_Get Commits',
  async handle(call) {
    const { caller, hosted } = await enterRepository(call);
    const query = call.url.searchParams;
    const named = (name: string) => query.get(`searchCriteria.${name}`) ?? query.get(name);
    const { commit } = await findVersion(call, hosted, 'searchCriteria.itemVersion');
    const inPath = named('itemPath')?.replace(/^\/+/, '') ?? '';
    const [author, from, to] = [named('author'), named('fromDate'), named('toDate')];
    const commits = await listCommits(hosted.repository, {
      revisions: [commit],
      top: count(named('$top'), defaultTop),
      skip: count(named('$skip'), 0),
      ...(inPath !== '' && { path: inPath }),
      ...(author && { author }),
      ...(from && { sinceMs: time(from) }),
      ...(to && { untilMs: time(to) }),
    });
    const shown = commits.map((one) => commitJson(call.state, hosted, one));
    return respond(call, caller, listed(shown));
  },
};

export const getGitCommit: Action<AzureDevops> = {
  method: 'GET',
  path: `${path}/:commit`,
  source: 'vsts-rest-api-specs, specification/git/7.1, Commits_Get',
  async handle(call) {
    const { caller, hosted } = await enterRepository(call);
    const commit = await findCommit(hosted, call.params['commit'] ?? '');
    return respond(call, caller, {
      treeId: commit.treeId,
      parents: commit.parents,
      ...commitJson(call.state, hosted, commit),
    });
  },
};

const changeTypes: Readonly<Record<string, string>> = {
  A: 'add',
  M: 'edit',
  D: 'delete',
  T: 'edit',
};

/** What a commit changed. */
export const getGitChanges: Action<AzureDevops> = {
  method: 'GET',
  path: `${path}/:commit/changes`,
  source: 'vsts-rest-api-specs, specification/git/7.1, Commits_Get Changes',
  async handle(call) {
    const { caller, hosted } = await enterRepository(call);
    const { id } = await findCommit(hosted, call.params['commit'] ?? '');
    const options = ['--root', '--no-commit-id', '--no-renames', '-r', '-z', '--name-status'];
    const printed = await hosted.repository.git(['diff-tree', ...options, id]);
    const parts = printed.split('\0').filter((part) => part !== '');
    const changes = parts.flatMap((letter, index) => {
      const name = parts[index + 1];
      if (index % 2 !== 0 || name === undefined) return [];
      const url = `${linksOf(call.state).repository(hosted.id)}/items?path=${encodeURIComponent(`/${name}`)}`;
      return [
        {
          item: { gitObjectType: 'blob', path: `/${name}`, url },
          changeType: changeTypes[letter] ?? 'edit',
        },
      ];
    });
    const changeCounts = { Add: 0, Edit: 0, Delete: 0 };
    for (const { changeType } of changes) {
      if (changeType === 'add') changeCounts.Add += 1;
      else if (changeType === 'delete') changeCounts.Delete += 1;
      else changeCounts.Edit += 1;
    }
    return respond(call, caller, { changeCounts, changes });
  },
};

async function enterRepository(
  call: Call<AzureDevops>,
): Promise<{ readonly caller: Identity; readonly hosted: HostedRepository }> {
  const caller = await enter(call);
  const hosted = findRepository(call.state, call.params['repo']);
  requireGitRight(call, caller, 'GenericRead');
  return { caller, hosted };
}

/** @throws {VssError} there is no such commit */
async function findCommit({ repository }: HostedRepository, asked: string): Promise<FullCommit> {
  const isId = /^[0-9a-f]{4,40}$/i.test(asked);
  const id = isId ? await repository.resolve(asked) : null;
  const [found] = id === null ? [] : await listCommits(repository, { revisions: [id], top: 1 });
  if (found) return found;
  throw new VssError(
    404,
    'GitCommitDoesNotExistException',
    `TF401178: The commit with ID '${asked}' does not exist in the repository, or you do not have permission to access it.`,
    'Microsoft.TeamFoundation.Git.Server',
  );
}

function count(written: string | null, usual: number): number {
  const number = Number(written ?? usual);
  return Number.isSafeInteger(number) && number >= 0 ? number : usual;
}

/** @throws {VssError} it is no time */
function time(written: string): number {
  const ms = Date.parse(written);
  if (!Number.isNaN(ms)) return ms;
  throw new VssError(400, 'VssPropertyValidationException', `'${written}' is not a valid date.`);
}
