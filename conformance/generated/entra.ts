import { lacks } from './lacks.ts';
import type { Target } from './target.ts';

export const entra: Target = {
  service: 'entra',
  host: () => 'login.microsoftonline.com',
  credential: () => ({}),
  plausible: ({ tenant, app }) => ({
    tenant: [tenant, tenant, 'common', 'organizations'],
    client_id: [app.clientId],
    client_secret: [app.secret],
    grant_type: ['client_credentials', 'client_credentials', 'refresh_token'],
    scope: ['2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default', 'x', 'a b'],
    resource: ['2ff814a6-3304-4ab8-85cb-cd0e6f879c1d'],
    client_assertion_type: ['urn:ietf:params:oauth:client-assertion-type:jwt-bearer'],
    client_assertion: ['a.b.c', 'e30.e30.e30', 'eyJhbGciOiJSUzI1NiJ9.e30.AA'],
    authorization_endpoint: ['https://login.microsoftonline.com/common/oauth2/v2.0/authorize', 'x'],
    'api-version': ['1.1'],
  }),
  before: () => [],
  bodies({ app }) {
    const secret = {
      grant_type: 'client_credentials',
      client_id: app.clientId,
      client_secret: app.secret,
    };
    const resource = '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d';
    return {
      '/:tenant/oauth2/token': { ...secret, resource },
      '/:tenant/oauth2/v2.0/token': { ...secret, scope: `${resource}/.default`, client_info: '1' },
    };
  },
  sends: 'form',
  query: {},
  wrongWith({ status, json, text }) {
    if (status === 404 && text === '') return null;
    return lacks(json, { error: 'string', error_description: 'string' });
  },
};
