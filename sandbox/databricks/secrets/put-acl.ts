import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { invalidParameter } from '../api-error.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import { holderNamed } from '../permissions/grant.ts';
import type { Workspace } from '../workspace.ts';
import { SECRET_LEVELS, scopeFor } from './secret-scope.ts';

const PutAcl = z.looseObject({
  scope: z.string(),
  principal: z.string(),
  permission: z.enum(SECRET_LEVELS),
});

export const putSecretAcl: Action<Workspace> = {
  method: 'POST',
  path: '/api/2.0/secrets/acls/put',
  source: 'databricks-sdk-py service/workspace.py, SecretsAPI.put_acl; the text is ours',
  handle: signedIn(async (call, principal) => {
    const { scope, principal: name, permission: level } = await inputOf(call, PutAcl);
    const found = scopeFor(call.state, principal, { scope, needed: 'MANAGE' });
    const holder = holderNamed(call.state, name);
    if (!holder) throw invalidParameter(`Principal ${name} does not exist`);
    const others = found.access.filter((one) => one.holder.name !== name);
    found.access = [...others, { holder, level }];
    return Response.json({});
  }),
};
