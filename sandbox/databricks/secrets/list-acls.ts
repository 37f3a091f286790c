import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { scopeFor } from './secret-scope.ts';

const ListAcls = z.looseObject({ scope: z.string() });

export const listSecretAcls: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.0/secrets/acls/list',
  source: 'databricks-sdk-py service/workspace.py, SecretsAPI.list_acls',
  handle: signedIn(async (call, principal) => {
    const { scope } = await inputOf(call, ListAcls);
    const { access } = scopeFor(call.state, principal, { scope, needed: 'MANAGE' });
    const items = access.map(({ holder, level }) => ({
      principal: holder.name,
      permission: level,
    }));
    return Response.json(items.length > 0 ? { items } : {});
  }),
};
