import type { Action } from '../../kit/action.ts';
import type { Workspace } from '../workspace.ts';

export const authorizationServer: Action<Workspace> = {
  method: 'GET',
  path: '/oidc/.well-known/oauth-authorization-server',
  source: 'databricks-sdk-py oauth.py, get_workspace_endpoints',
  handle: ({ state: { config } }) => {
    const issuer = `https://${config.host}/oidc`;
    return Response.json({
      issuer,
      authorization_endpoint: `${issuer}/v1/authorize`,
      token_endpoint: `${issuer}/v1/token`,
      grant_types_supported: [
        'client_credentials',
        'urn:ietf:params:oauth:grant-type:token-exchange',
      ],
      scopes_supported: ['all-apis'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    });
  },
};
