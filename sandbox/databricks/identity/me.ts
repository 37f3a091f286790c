import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import type { Workspace } from '../workspace.ts';
import { numberOf } from './number-of.ts';

export const me: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.0/preview/scim/v2/Me',
  source: 'databricks-sdk-py service/iam.py, CurrentUserAPI.me; databricks/cli libs/testserver',
  handle: signedIn((call, { kind, name }) => {
    const { workspace_id } = call.state.config;
    const body = {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      id: String(numberOf(name)),
      userName: name,
      displayName: name,
      active: true,
      emails: kind === 'user' ? [{ type: 'work', value: name, primary: true }] : [],
      entitlements: [{ value: 'workspace-access' }, { value: 'allow-cluster-create' }],
      groups: [{ display: 'users', type: 'direct' }],
    };
    return Response.json(body, {
      headers: {
        'Content-Type': 'application/scim+json',
        'X-Databricks-Org-Id': workspace_id,
      },
    });
  }),
};
