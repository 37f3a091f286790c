import type { Action } from '../kit/action.ts';
import type { EntraState } from './state.ts';

/** Where the tenant's endpoints are; az and the Microsoft libraries read it before they log in. */
export const openidConfiguration: Action<EntraState> = {
  method: 'GET',
  path: '/:tenant/v2.0/.well-known/openid-configuration',
  source:
    'https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc, Azure/azure-workload-identity#682 (a whole answer)',
  handle({ state, params }) {
    const { named, tenant } = tenantIn(params['tenant'] ?? '', state);
    const authority = `https://login.microsoftonline.com/${named}`;
    return Response.json({
      token_endpoint: `${authority}/oauth2/v2.0/token`,
      token_endpoint_auth_methods_supported: AUTH_METHODS,
      jwks_uri: `${authority}/discovery/v2.0/keys`,
      response_modes_supported: ['query', 'fragment', 'form_post'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
      response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
      scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
      issuer: `https://login.microsoftonline.com/${tenant}/v2.0`,
      request_uri_parameter_supported: false,
      userinfo_endpoint: 'https://graph.microsoft.com/oidc/userinfo',
      authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
      device_authorization_endpoint: `${authority}/oauth2/v2.0/devicecode`,
      http_logout_supported: true,
      frontchannel_logout_supported: true,
      end_session_endpoint: `${authority}/oauth2/v2.0/logout`,
      claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'nonce', 'name', 'tid', 'ver'],
      ...CLOUD,
    });
  },
};

/** The same for version 1, whose issuer has another name. */
export const openidConfigurationV1: Action<EntraState> = {
  method: 'GET',
  path: '/:tenant/.well-known/openid-configuration',
  source:
    'https://learn.microsoft.com/previous-versions/azure/active-directory/azuread-dev/v1-protocols-openid-connect-code',
  handle({ state, params }) {
    const { named, tenant } = tenantIn(params['tenant'] ?? '', state);
    const authority = `https://login.microsoftonline.com/${named}`;
    return Response.json({
      token_endpoint: `${authority}/oauth2/token`,
      token_endpoint_auth_methods_supported: AUTH_METHODS,
      jwks_uri: 'https://login.microsoftonline.com/common/discovery/keys',
      response_modes_supported: ['query', 'fragment', 'form_post'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
      response_types_supported: ['code', 'id_token', 'code id_token', 'token id_token', 'token'],
      scopes_supported: ['openid'],
      issuer: `https://sts.windows.net/${tenant}/`,
      microsoft_multi_refresh_token: true,
      authorization_endpoint: `${authority}/oauth2/authorize`,
      device_authorization_endpoint: `${authority}/oauth2/devicecode`,
      http_logout_supported: true,
      frontchannel_logout_supported: true,
      end_session_endpoint: `${authority}/oauth2/logout`,
      claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'amr', 'nonce', 'name', 'tid', 'ver'],
      check_session_iframe: `${authority}/oauth2/checksession`,
      userinfo_endpoint: `${authority}/openid/userinfo`,
      ...CLOUD,
    });
  },
};

const AUTH_METHODS = ['client_secret_post', 'private_key_jwt', 'client_secret_basic'];

const CLOUD = {
  tenant_region_scope: 'EU',
  cloud_instance_name: 'microsoftonline.com',
  cloud_graph_host_name: 'graph.windows.net',
  msgraph_host: 'graph.microsoft.com',
  rbac_url: 'https://pas.windows.net',
};

/** The tenant as the path names it, and as its issuer does: all of them at once have none. */
function tenantIn(named: string, { directory }: EntraState) {
  directory.mustBeKnown(named);
  const isOne = named.toLowerCase() === directory.tenant.toLowerCase();
  return isOne
    ? { named: directory.tenant, tenant: directory.tenant }
    : { named, tenant: '{tenantid}' };
}
