import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import type { Workspace } from '../workspace.ts';
import { KINDS, kindNamed, targetOf } from './target.ts';

export const getPermissionLevels: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.0/permissions/:kind/:id/permissionLevels',
  source:
    'databricks-sdk-py service/iam.py, PermissionsAPI.get_permission_levels; the texts are ours',
  handle: signedIn(({ state, params: { kind = '', id = '' } }, principal) => {
    targetOf(state, principal, { kind, id }, 'read');
    const levels = Object.entries(KINDS[kindNamed(kind)].descriptions).map(
      ([permission_level, description]) => ({ permission_level, description }),
    );
    return Response.json({ permission_levels: levels });
  }),
};
