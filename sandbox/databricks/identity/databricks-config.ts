import type { Action } from '../../kit/action.ts';
import type { Workspace } from '../workspace.ts';

export const databricksConfig: Action<Workspace> = {
  method: 'GET',
  path: '/.well-known/databricks-config',
  source: 'databricks-sdk-py config.py; databricks/cli libs/testserver',
  handle: ({ state: { config } }) => {
    const issuer = `https://${config.host}/oidc`;
    return Response.json({
      oidc_endpoint: issuer,
      account_id: '00000000-0000-0000-0000-000000000000',
      workspace_id: config.workspace_id,
      cloud: 'Azure',
      host_type: 'WORKSPACE',
      token_federation_default_oidc_audiences: [`${issuer}/v1/token`],
    });
  },
};
