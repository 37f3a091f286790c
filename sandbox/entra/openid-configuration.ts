import type { Action } from '../kit/action.ts';
import type { EntraState } from './state.ts';

/** Where the tenant's endpoints are; az and the Microsoft libraries read it before they log in. */
export const openidConfiguration: Action<EntraState> = {
  method: 'GET',
  path: '/:tenant/v2.0/.well-known/openid-configuration',
  source:
    'https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc, Azure/azure-workload-identity#682 (a whole answer)',
  handle({ state, params }) {
    state.directory.mustBeTenant(params['tenant'] ?? '');
    return Response.json(configuration(state.directory.tenant));
  },
};

function configuration(tenant: string) {
  const authority = `https://login.microsoftonline.com/${tenant}`;
  return {
    token_endpoint: `${authority}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: [
      'client_secret_post',
      'private_key_jwt',
      'client_secret_basic',
    ],
    jwks_uri: `${authority}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: `${authority}/v2.0`,
    request_uri_parameter_supported: false,
    userinfo_endpoint: 'https://graph.microsoft.com/oidc/userinfo',
    authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
    device_authorization_endpoint: `${authority}/oauth2/v2.0/devicecode`,
    http_logout_supported: true,
    frontchannel_logout_supported: true,
    end_session_endpoint: `${authority}/oauth2/v2.0/logout`,
    claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'nonce', 'name', 'tid', 'ver'],
    tenant_region_scope: 'EU',
    cloud_instance_name: 'microsoftonline.com',
    cloud_graph_host_name: 'graph.windows.net',
    msgraph_host: 'graph.microsoft.com',
    rbac_url: 'https://pas.windows.net',
  };
}
