import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { doesNotExist } from '../api-error.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { scopeFor } from './secret-scope.ts';

const GetAcl = z.looseObject({ scope: z.string(), principal: z.string() });

export const getSecretAcl: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.0/secrets/acls/get',
  source: 'databricks-sdk-py service/workspace.py, SecretsAPI.get_acl; the text is ours',
  handle: signedIn(async (call, principal) => {
    const { scope, principal: name } = await inputOf(call, GetAcl);
    const { access } = scopeFor(call.state, principal, { scope, needed: 'MANAGE' });
    const found = access.find((one) => one.holder.name === name);
    if (!found) throw doesNotExist(`Principal ${name} has no ACL on scope ${scope}`);
    return Response.json({ principal: name, permission: found.level });
  }),
};
