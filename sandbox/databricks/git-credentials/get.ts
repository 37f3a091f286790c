import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import type { Workspace } from '../workspace.ts';
import { credentialFor, credentialJson } from './git-credential.ts';

export const getGitCredential: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.0/git-credentials/:id',
  source: 'databricks-sdk-py service/workspace.py, GitCredentialsAPI.get',
  handle: signedIn(({ state, params }, principal) =>
    Response.json(credentialJson(credentialFor(state, principal, params['id']))),
  ),
};
