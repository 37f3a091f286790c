import type { Action } from '../kit/action.ts';
import { AadstsError } from './aadsts.ts';
import type { EntraState } from './state.ts';

const PUBLIC_HOSTS = [
  'login.microsoftonline.com',
  'login.windows.net',
  'login.microsoft.com',
  'sts.windows.net',
];

/**
 * Says whether an authority is one of Microsoft's. It must refuse the others: a client that is told
 * otherwise sends its secret to the endpoint named in the answer.
 */
export const instanceDiscovery: Action<EntraState> = {
  method: 'GET',
  path: '/common/discovery/instance',
  source:
    'AzureAD/microsoft-authentication-library-for-js#2357 (the refusal), msal/authority.py (what a client reads)',
  handle({ url }) {
    const endpoint = URL.parse(url.searchParams.get('authorization_endpoint') ?? '');
    if (!endpoint || !PUBLIC_HOSTS.includes(endpoint.host)) {
      throw new AadstsError(50049, 'Unknown or invalid instance.');
    }
    const [, tenant = 'common'] = endpoint.pathname.split('/');
    return Response.json({
      tenant_discovery_endpoint: `https://login.microsoftonline.com/${tenant}/v2.0/.well-known/openid-configuration`,
      'api-version': '1.1',
      metadata: [
        {
          preferred_network: 'login.microsoftonline.com',
          preferred_cache: 'login.windows.net',
          aliases: PUBLIC_HOSTS,
        },
      ],
    });
  },
};
