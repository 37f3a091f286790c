import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { isAdmin } from '../permissions/grant.ts';
import type { Principal } from '../principal.ts';
import { USUAL_ENTITLEMENTS } from '../scim/application.ts';
import type { Workspace } from '../workspace.ts';
import { numberOf } from './number-of.ts';

export const me: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.0/preview/scim/v2/Me',
  source: 'databricks-sdk-py service/iam.py, CurrentUserAPI.me; databricks/cli libs/testserver',
  handle: signedIn((call, principal) => {
    const { kind, name } = principal;
    const { workspace_id } = call.state.config;
    const application = call.state.applications.get(name);
    const { entitlements } = application ?? { entitlements: USUAL_ENTITLEMENTS };
    const body = {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      id: String(numberOf(name)),
      userName: name,
      displayName: application?.displayName ?? name,
      active: true,
      emails: kind === 'user' ? [{ type: 'work', value: name, primary: true }] : [],
      entitlements: entitlements.map((value) => ({ value })),
      groups: groupsOf(call.state, principal).map((display) => ({ display, type: 'direct' })),
    };
    return Response.json(body, {
      headers: {
        'Content-Type': 'application/scim+json',
        'X-Databricks-Org-Id': workspace_id,
      },
    });
  }),
};

function groupsOf(workspace: Workspace, principal: Principal): string[] {
  const own = Object.entries(workspace.config.groups)
    .filter(([, members]) => members.includes(principal.name))
    .map(([name]) => name);
  return ['users', ...(isAdmin(workspace, principal) ? ['admins'] : []), ...own];
}
