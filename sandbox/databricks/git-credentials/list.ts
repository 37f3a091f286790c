import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { credentialJson, ownerOf } from './git-credential.ts';

const ListCredentials = z.looseObject({ principal_id: z.coerce.string().optional() });

export const listGitCredentials: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.0/git-credentials',
  source:
    'databricks-sdk-py service/workspace.py, ListCredentialsResponse; no key when there is none',
  handle: signedIn(async (call, principal) => {
    const { principal_id } = await inputOf(call, ListCredentials);
    const owner = ownerOf(call.state, principal, principal_id);
    const own = call.state.gitCredentials.filter((one) => one.owner === owner);
    return Response.json(own.length > 0 ? { credentials: own.map(credentialJson) } : {});
  }),
};
