import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { unprocessable } from '../github-error.ts';
import { pageOf } from '../page-of.ts';
import { repositoryOf, resolveRef } from '../repositories/repository.ts';
import type { Github } from '../state.ts';
import { statusJson } from './status.ts';

export const listStatuses: Action<Github> = {
  method: 'GET',
  path: '/repos/:owner/:repo/commits/:ref/statuses',
  source:
    'docs.github.com/en/rest/commits/statuses#list-commit-statuses-for-a-reference: newest first',
  handle: signedIn((call) => {
    const repository = repositoryOf(call);
    const ref = call.params['ref'] ?? '';
    const sha = resolveRef(repository, ref)?.sha;
    if (sha === undefined) throw unprocessable(`No commit found for SHA: ${ref}`);
    const statuses = call.state.statuses
      .filter((one) => one.repository === repository && one.sha === sha)
      .toReversed();
    const { items, headers } = pageOf(call, statuses);
    return Response.json(items.map(statusJson), { headers });
  }),
};
