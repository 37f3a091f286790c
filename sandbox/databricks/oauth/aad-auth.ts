import type { Action } from '../../kit/action.ts';
import type { Workspace } from '../workspace.ts';

/** Clients that know no tenant read it from where this sends them. */
export const aadAuth: Action<Workspace> = {
  method: 'GET',
  path: '/aad/auth',
  source:
    'databricks-sdk-py config.py, _load_azure_tenant_id: reads the Location, and does not follow it',
  handle: ({ state: { tenant, config } }) => {
    const to = new URL(`https://login.microsoftonline.com/${tenant}/oauth2/authorize`);
    to.searchParams.set('response_type', 'code');
    to.searchParams.set('redirect_uri', `https://${config.host}/login.html`);
    to.searchParams.set('resource', '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d');
    return new Response(null, { status: 302, headers: { Location: String(to) } });
  },
};
