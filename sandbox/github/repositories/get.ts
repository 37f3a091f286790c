import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import type { Github } from '../state.ts';
import { repositoryJson, repositoryOf } from './repository.ts';

export const getRepository: Action<Github> = {
  method: 'GET',
  path: '/repos/:owner/:repo',
  source: 'docs.github.com/en/rest/repos/repos#get-a-repository; a part of its fields',
  handle: signedIn((call, { canWrite }) => {
    const repository = repositoryOf(call);
    return Response.json({
      ...repositoryJson(repository),
      default_branch: repository.defaultBranch,
      visibility: 'private',
      archived: false,
      disabled: false,
      permissions: { admin: false, maintain: false, push: canWrite, triage: canWrite, pull: true },
    });
  }),
};
