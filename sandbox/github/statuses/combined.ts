import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { unprocessable } from '../github-error.ts';
import { pageOf } from '../page-of.ts';
import { apiUrl, repositoryJson, repositoryOf, resolveRef } from '../repositories/repository.ts';
import type { Github } from '../state.ts';
import { type Status, statusJson } from './status.ts';

export const combinedStatus: Action<Github> = {
  method: 'GET',
  path: '/repos/:owner/:repo/commits/:ref/status',
  source:
    'docs.github.com/en/rest/commits/statuses#get-the-combined-status-for-a-specific-reference',
  handle: signedIn((call) => {
    const repository = repositoryOf(call);
    const ref = call.params['ref'] ?? '';
    const sha = resolveRef(repository, ref)?.sha;
    if (sha === undefined) throw unprocessable(`No commit found for SHA: ${ref}`);
    const latest = new Map<string, Status>();
    for (const status of call.state.statuses) {
      if (status.repository === repository && status.sha === sha)
        latest.set(status.context, status);
    }
    const statuses = [...latest.values()];
    const { items, headers } = pageOf(call, statuses);
    return Response.json(
      {
        state: stateOf(statuses),
        statuses: items.map(statusJson),
        sha,
        total_count: statuses.length,
        repository: repositoryJson(repository),
        commit_url: apiUrl(repository, `/commits/${sha}`),
        url: apiUrl(repository, `/commits/${sha}/status`),
      },
      { headers },
    );
  }),
};

/** One that failed decides, then one that is still awaited; no word at all is awaited too. */
function stateOf(statuses: readonly Status[]): string {
  const states = statuses.map(({ state }) => state);
  if (states.some((state) => state === 'error' || state === 'failure')) return 'failure';
  return states.length === 0 || states.includes('pending') ? 'pending' : 'success';
}
