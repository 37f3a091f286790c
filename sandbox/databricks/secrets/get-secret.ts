import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { doesNotExist } from '../api-error.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { scopeFor } from './secret-scope.ts';

const GetSecret = z.looseObject({ scope: z.string(), key: z.string() });

export const getSecret: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.0/secrets/get',
  source:
    'databricks-sdk-py service/workspace.py, SecretsAPI.get_secret: in base64; the text is from memory',
  handle: signedIn(async (call, principal) => {
    const { scope, key } = await inputOf(call, GetSecret);
    const secret = scopeFor(call.state, principal, { scope, needed: 'READ' }).secrets.get(key);
    if (!secret) throw doesNotExist(`Secret with scope ${scope} and key ${key} does not exist!`);
    const value = secret.value.toString('base64');
    if (value !== '') call.state.tools.hidden.add(value);
    return Response.json({ key, value });
  }),
};
