import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { ApiError, alreadyExists, invalidParameter } from '../api-error.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Principal } from '../principal.ts';
import type { Workspace } from '../workspace.ts';
import { SecretName } from './secret-name.ts';

const CreateScope = z.looseObject({
  scope: SecretName,
  initial_manage_principal: z.string().optional(),
  scope_backend_type: z.enum(['DATABRICKS', 'AZURE_KEYVAULT']).default('DATABRICKS'),
});

export const createSecretScope: Action<Workspace> = {
  method: 'POST',
  path: '/api/2.0/secrets/scopes/create',
  source: 'databricks-sdk-py service/workspace.py, SecretsAPI.create_scope; the texts are ours',
  handle: signedIn(async (call, principal) => {
    const order = await inputOf(call, CreateScope);
    const { scope: name, initial_manage_principal: everyone } = order;
    if (order.scope_backend_type === 'AZURE_KEYVAULT') throw noKeyVault(principal);
    if (everyone !== undefined && everyone !== 'users') {
      throw invalidParameter("initial_manage_principal must be 'users' where it is given");
    }
    const { secretScopes } = call.state;
    if (secretScopes.has(name)) throw alreadyExists(`Scope ${name} already exists!`);
    const holder = everyone ? ({ kind: 'group', name: everyone } as const) : principal;
    const access = [{ holder, level: 'MANAGE' }] as const;
    secretScopes.set(name, { name, access, secrets: new Map() });
    return Response.json({});
  }),
};

/** Source: databricks-sdk-go (terraform-provider-databricks issue 1490): not for service principals. */
function noKeyVault({ kind }: Principal): ApiError {
  return kind === 'application'
    ? new ApiError(400, 'BAD_REQUEST', 'A service principal cannot create a scope of a Key Vault')
    : invalidParameter('The sandbox has no Key Vault: use scope_backend_type DATABRICKS');
}
