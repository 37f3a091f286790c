import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { doesNotExist } from '../api-error.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { scopeFor } from './secret-scope.ts';

const DeleteSecret = z.looseObject({ scope: z.string(), key: z.string() });

export const deleteSecret: Action<Workspace> = {
  method: 'POST',
  path: '/api/2.0/secrets/delete',
  source:
    'databricks-sdk-py service/workspace.py, SecretsAPI.delete_secret; the text is from memory',
  handle: signedIn(async (call, principal) => {
    const { scope, key } = await inputOf(call, DeleteSecret);
    const { secrets } = scopeFor(call.state, principal, { scope, needed: 'WRITE' });
    if (!secrets.delete(key)) {
      throw doesNotExist(`Secret with scope ${scope} and key ${key} does not exist!`);
    }
    return Response.json({});
  }),
};
