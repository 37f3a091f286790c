import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { GithubError } from '../github-error.ts';
import type { Github } from '../state.ts';
import { apiUrl, repositoryOf } from './repository.ts';

export const getBranch: Action<Github> = {
  method: 'GET',
  path: '/repos/:owner/:repo/branches/:branch',
  source: 'docs.github.com/en/rest/branches/branches#get-a-branch; a part of its fields',
  handle: signedIn((call) => {
    const repository = repositoryOf(call);
    const name = call.params['branch'] ?? '';
    const sha = repository.branches.get(name);
    if (sha === undefined) throw new GithubError(404, 'Branch not found');
    const commit = { sha, url: apiUrl(repository, `/commits/${sha}`) };
    return Response.json({ name, commit, protected: false });
  }),
};
