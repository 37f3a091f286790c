import { isAdmin } from '../permissions/grant.ts';
import type { Principal } from '../principal.ts';
import type { Workspace } from '../workspace.ts';
import { scimError } from './scim-error.ts';

/** @throws {ScimError} 403 */
export function checkScimAdmin(workspace: Workspace, principal: Principal): void {
  if (isAdmin(workspace, principal)) return;
  throw scimError(403, 'Only administrators of the workspace may change its members.');
}
