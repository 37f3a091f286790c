import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { AccessControlList } from './grant.ts';
import { permissionsJson } from './permissions-json.ts';
import { targetOf } from './target.ts';

const SetPermissions = z.looseObject({ access_control_list: AccessControlList.default([]) });

export const setPermissions: Action<Workspace> = {
  method: 'PUT',
  path: '/api/2.0/permissions/:kind/:id',
  source: 'databricks-sdk-py service/iam.py, PermissionsAPI.set',
  handle: signedIn(async (call, principal) => {
    const { kind = '', id = '' } = call.params;
    const { access_control_list: list } = await inputOf(call, SetPermissions);
    targetOf(call.state, principal, { kind, id }, 'write').set(list);
    return Response.json(permissionsJson(targetOf(call.state, principal, { kind, id }, 'write')));
  }),
};
