import type { Action } from '../../kit/action.ts';
import type { Workspace } from '../workspace.ts';
import { createServicePrincipal } from './create-service-principal.ts';
import { deleteServicePrincipal } from './delete-service-principal.ts';
import { getServicePrincipal } from './get-service-principal.ts';
import { listServicePrincipals } from './list-service-principals.ts';
import { updateServicePrincipal } from './update-service-principal.ts';

/** Who is a member of the workspace. */
export const SCIM_ACTIONS: readonly Action<Workspace>[] = [
  listServicePrincipals,
  getServicePrincipal,
  createServicePrincipal,
  updateServicePrincipal,
  deleteServicePrincipal,
];
