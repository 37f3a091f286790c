import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import type { Workspace } from '../workspace.ts';
import { mayUse } from './secret-scope.ts';

export const listSecretScopes: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.0/secrets/scopes/list',
  source: 'databricks-sdk-py service/workspace.py, SecretsAPI.list_scopes',
  handle: signedIn(({ state }, principal) => {
    const scopes = [...state.secretScopes.values()]
      .filter((scope) => mayUse(state, principal, scope, 'READ'))
      .map(({ name }) => ({ name, backend_type: 'DATABRICKS' }));
    return Response.json(scopes.length > 0 ? { scopes } : {});
  }),
};
