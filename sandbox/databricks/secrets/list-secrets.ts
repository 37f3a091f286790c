import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { scopeFor } from './secret-scope.ts';

const ListSecrets = z.looseObject({ scope: z.string() });

export const listSecrets: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.0/secrets/list',
  source: 'databricks-sdk-py service/workspace.py, SecretsAPI.list_secrets: never a value',
  handle: signedIn(async (call, principal) => {
    const { scope } = await inputOf(call, ListSecrets);
    const { secrets } = scopeFor(call.state, principal, { scope, needed: 'READ' });
    const list = [...secrets].map(([key, { updatedMs }]) => ({
      key,
      last_updated_timestamp: updatedMs,
    }));
    return Response.json(list.length > 0 ? { secrets: list } : {});
  }),
};
