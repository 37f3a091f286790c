import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import type { Workspace } from '../workspace.ts';
import { permissionsJson } from './permissions-json.ts';
import { targetOf } from './target.ts';

export const getPermissions: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.0/permissions/:kind/:id',
  source: 'databricks-sdk-py service/iam.py, PermissionsAPI.get',
  handle: signedIn(({ state, params: { kind = '', id = '' } }, principal) =>
    Response.json(permissionsJson(targetOf(state, principal, { kind, id }, 'read'))),
  ),
};
