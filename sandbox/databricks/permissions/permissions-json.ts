import { holderJson } from './grant.ts';
import type { PermissionTarget } from './target.ts';

/**
 * The permissions of an object, those that administrators inherit included.
 *
 * Source: databricks-sdk-py service/iam.py, ObjectPermissions; databricks/cli libs/testserver.
 */
export function permissionsJson({ id, type, access, root }: PermissionTarget) {
  const direct = access.map(({ holder, level }) => ({
    ...holderJson(holder),
    all_permissions: [{ permission_level: level, inherited: false }],
  }));
  const inherited = {
    permission_level: 'CAN_MANAGE',
    inherited: true,
    inherited_from_object: [root],
  };
  return {
    object_id: id,
    object_type: type,
    access_control_list: [...direct, { group_name: 'admins', all_permissions: [inherited] }],
  };
}
