import { randomUUID } from 'node:crypto';

import type { Action } from '../../kit/action.ts';
import { isSameSecret } from '../../kit/is-same-secret.ts';
import { defineService, type Service } from '../../kit/service.ts';
import { AadstsError } from '../aadsts.ts';
import { audienceOf } from '../resources.ts';
import { chosen, type Wanted } from './identities.ts';
import type { MetadataState } from './imds.ts';

/** Where App Service has its managed identities: on a port of the machine itself. */
export const APP_SERVICE_PATH = '/msi/token';

interface AppServiceState extends MetadataState {
  /** What a program finds in IDENTITY_HEADER, and a page that it shows cannot know. */
  readonly header: string;
}

/** The managed identities of App Service and of Azure Functions, on the admin port. */
export function appServiceIdentity(state: AppServiceState, now: () => number): Service {
  return defineService({
    name: 'app-service-identity',
    local: APP_SERVICE_PATH,
    serves: () => false,
    actions: [token],
    state,
    now,
    notFound: () => refusal(404, 'Not Found'),
    onError(error) {
      if (error instanceof AadstsError) {
        return refusal(400, `AADSTS${error.code}: ${error.message}`);
      }
      throw error;
    },
  });
}

const token: Action<AppServiceState> = {
  method: 'GET',
  path: APP_SERVICE_PATH,
  source:
    'https://learn.microsoft.com/azure/app-service/overview-managed-identity (REST endpoint reference); the refusals from memory',
  async handle(call) {
    const { state, url, request } = call;
    if (!isSameSecret(request.headers.get('x-identity-header') ?? '', state.header)) {
      return refusal(401, 'The X-IDENTITY-HEADER is missing or wrong.');
    }
    if (url.searchParams.get('api-version') !== '2019-08-01') {
      return refusal(400, 'Unsupported api-version.');
    }
    const resource = url.searchParams.get('resource') ?? '';
    if (resource === '') return refusal(400, "The parameter 'resource' is missing.");

    const found = chosen(state.identities, wantedIn(url.searchParams));
    if (found.kind !== 'identity') {
      return refusal(
        400,
        'No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.',
      );
    }
    const { app } = found;
    const audience = audienceOf(resource, state.identities.directory.tenant);
    const signed = await state.issuer.sign(app, audience, 'managed identity');
    call.identify(app.name);
    return Response.json({
      access_token: signed.token,
      client_id: app.clientId,
      expires_on: String(signed.expiresAtS),
      resource,
      token_type: 'Bearer',
    });
  },
};

function wantedIn(query: URLSearchParams): Wanted | null {
  const names = {
    client_id: 'client id',
    principal_id: 'object id',
    mi_res_id: 'resource id',
  } as const;
  for (const [name, by] of Object.entries(names)) {
    const id = query.get(name);
    if (id !== null) return { by, id };
  }
  return null;
}

function refusal(statusCode: number, message: string): Response {
  const body = { statusCode, message, correlationId: randomUUID() };
  return Response.json(body, { status: statusCode });
}
