import { z } from 'zod';

import { callJson } from '../../lib/call.ts';
import { PermanentError } from '../../lib/errors.ts';
import type { Fetch } from '../../lib/fetch.ts';
import { authorized } from '../authorized.ts';
import type { Identity } from '../identity.ts';
import { AZURE_DEVOPS_RESOURCE } from './azure-devops-client.ts';
import { explainRefusal } from './explain-refusal.ts';

/** Source: npm `azure-devops-node-api` 17.0.1, `interfaces/LocationsInterfaces.d.ts`, ConnectionData */
const ConnectionData = z.object({
  authenticatedUser: z.object({
    id: z.string(),
    providerDisplayName: z.string().default(''),
    properties: z.object({ Account: z.object({ $value: z.string() }).optional() }).optional(),
  }),
});

/** A principal, as its organisation knows it. */
export interface ConnectedUser {
  readonly id: string;
  readonly name: string;
  readonly account: string | null;
}

/** Nobody in particular, who may look at public projects. Source: from memory; no public one found */
const ANONYMOUS = 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa';

interface Asking {
  /** `https://dev.azure.com/contoso` */
  readonly organization: string;
  readonly identity: Identity;
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
}

/** Who we are in this organisation. */
export async function getConnectedUser(asking: Asking): Promise<ConnectedUser> {
  const { organization, identity, fetch, signal } = asking;
  const url = new URL(`${organization}/_apis/connectionData?api-version=7.1-preview.1`);
  const headers = { 'x-tfs-fedauthredirect': 'Suppress' };
  const login = { identity, resource: AZURE_DEVOPS_RESOURCE, signal };
  const { authenticatedUser: user } = await authorized(login, (token) => {
    const call = { method: 'GET', url, token, headers, signal, explain: explainRefusal } as const;
    return callJson(fetch, call, ConnectionData);
  });
  if (user.id === ANONYMOUS) {
    throw new PermanentError('LOGIN_REFUSED', `${url.host} takes us for anybody`, {
      hint: explainRefusal({ status: 401, body: undefined })?.hint,
    });
  }
  const account = user.properties?.Account?.$value ?? null;
  return { id: user.id, name: user.providerDisplayName, account };
}
