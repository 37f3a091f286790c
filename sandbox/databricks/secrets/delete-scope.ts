import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { scopeFor } from './secret-scope.ts';

const DeleteScope = z.looseObject({ scope: z.string() });

export const deleteSecretScope: Action<Workspace> = {
  method: 'POST',
  path: '/api/2.0/secrets/scopes/delete',
  source: 'databricks-sdk-py service/workspace.py, SecretsAPI.delete_scope',
  handle: signedIn(async (call, principal) => {
    const { scope } = await inputOf(call, DeleteScope);
    scopeFor(call.state, principal, { scope, needed: 'MANAGE' });
    call.state.secretScopes.delete(scope);
    return Response.json({});
  }),
};
