import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { doesNotExist } from '../api-error.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { scopeFor } from './secret-scope.ts';

const DeleteAcl = z.looseObject({ scope: z.string(), principal: z.string() });

export const deleteSecretAcl: Action<Workspace> = {
  method: 'POST',
  path: '/api/2.0/secrets/acls/delete',
  source: 'databricks-sdk-py service/workspace.py, SecretsAPI.delete_acl; the text is ours',
  handle: signedIn(async (call, principal) => {
    const { scope, principal: name } = await inputOf(call, DeleteAcl);
    const found = scopeFor(call.state, principal, { scope, needed: 'MANAGE' });
    const rest = found.access.filter((one) => one.holder.name !== name);
    if (rest.length === found.access.length) {
      throw doesNotExist(`Principal ${name} has no ACL on scope ${scope}`);
    }
    found.access = rest;
    return Response.json({});
  }),
};
