import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import type { Workspace } from '../workspace.ts';
import { applicationWith } from './application.ts';
import { checkScimAdmin } from './check-scim-admin.ts';

export const deleteServicePrincipal: Action<Workspace> = {
  method: 'DELETE',
  path: '/api/2.0/preview/scim/v2/ServicePrincipals/:id',
  source: 'databricks-sdk-py service/iam.py, ServicePrincipalsAPI.delete',
  handle: signedIn(({ state, params }, principal) => {
    checkScimAdmin(state, principal);
    state.applications.delete(applicationWith(state, params['id'] ?? '').applicationId);
    return new Response(null, { status: 204 });
  }),
};
