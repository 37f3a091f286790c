import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import type { Workspace } from '../workspace.ts';
import { credentialFor } from './git-credential.ts';

export const deleteGitCredential: Action<Workspace> = {
  method: 'DELETE',
  path: '/api/2.0/git-credentials/:id',
  source: 'databricks-sdk-py service/workspace.py, GitCredentialsAPI.delete',
  handle: signedIn(({ state, params }, principal) => {
    const { gitCredentials } = state;
    const credential = credentialFor(state, principal, params['id']);
    gitCredentials.splice(gitCredentials.indexOf(credential), 1);
    return Response.json({});
  }),
};
