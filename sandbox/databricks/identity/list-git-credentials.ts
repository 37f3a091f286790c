import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import type { Workspace } from '../workspace.ts';
import { numberOf } from './number-of.ts';

export const listGitCredentials: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.0/git-credentials',
  source:
    'databricks-sdk-py service/workspace.py, ListCredentialsResponse; the provider in ' +
    'terraform-provider-databricks docs/resources/git_credential.md; no key when there is none',
  handle: signedIn(({ state: { config } }, { name }) => {
    if (!config.git_credentials.includes(name)) return Response.json({});
    const credential = {
      credential_id: numberOf(`git ${name}`),
      git_provider: 'azureDevOpsServicesAad',
      git_username: name,
    };
    return Response.json({ credentials: [credential] });
  }),
};
