import type { Action, Call } from '../../kit/action.ts';
import { defineService, type Service } from '../../kit/service.ts';
import { AadstsError } from '../aadsts.ts';
import { audienceOf } from '../resources.ts';
import { type Issuer, LIFETIME_S } from '../tokens.ts';
import { chosen, type Identities, type Wanted } from './identities.ts';

/** What the metadata service of a virtual machine knows. */
export interface MetadataState {
  readonly identities: Identities;
  readonly issuer: Issuer;
}

/** The instance metadata service, which a program of the machine reaches by plain http. */
export function metadataService(state: MetadataState, now: () => number): Service {
  return defineService({
    name: 'managed-identity',
    scheme: 'http',
    serves: (host) => host === '169.254.169.254',
    actions: [token],
    state,
    now,
    notFound: () => Response.json({ error: 'Not found.' }, { status: 404 }),
    onError(error) {
      if (error instanceof AadstsError) {
        return refusal('invalid_resource', `AADSTS${error.code}: ${error.message}`);
      }
      throw error;
    },
  });
}

const token: Action<MetadataState> = {
  method: 'GET',
  path: '/metadata/identity/oauth2/token',
  source:
    'https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token; the texts of the refusals from memory',
  async handle(call) {
    const { state, url } = call;
    const objection = objectionTo(call);
    if (objection) return refusal('invalid_request', objection);

    const found = chosen(state.identities, wantedIn(url.searchParams));
    if (found.kind === 'none') return refusal('invalid_request', 'Identity not found');
    if (found.kind === 'ambiguous') {
      return refusal(
        'invalid_request',
        'Multiple user assigned identities exist, please specify the clientId / resourceId of the identity in the token request',
      );
    }
    const { app } = found;
    const resource = url.searchParams.get('resource') ?? '';
    const audience = audienceOf(resource, state.identities.directory.tenant);
    const signed = await state.issuer.sign(app, audience, 'managed identity');
    call.identify(app.name);
    return Response.json({
      access_token: signed.token,
      client_id: app.clientId,
      expires_in: String(LIFETIME_S),
      expires_on: String(signed.expiresAtS),
      ext_expires_in: String(LIFETIME_S),
      not_before: String(signed.notBeforeS),
      resource,
      token_type: 'Bearer',
    });
  },
};

function objectionTo({ request, url }: Call<MetadataState>): string | null {
  // A header that no link and no form of a page can bring along.
  if (request.headers.get('metadata') !== 'true') return 'Required metadata header not specified';
  if (request.headers.has('x-forwarded-for')) return 'Bad Request';
  const missing = ['api-version', 'resource'].find((name) => !url.searchParams.get(name));
  return missing === undefined ? null : `Required query variable '${missing}' is missing`;
}

function wantedIn(query: URLSearchParams): Wanted | null {
  const names = {
    client_id: 'client id',
    object_id: 'object id',
    msi_res_id: 'resource id',
    mi_res_id: 'resource id',
  } as const;
  for (const [name, by] of Object.entries(names)) {
    const id = query.get(name);
    if (id !== null) return { by, id };
  }
  return null;
}

function refusal(error: string, description: string): Response {
  return Response.json({ error, error_description: description }, { status: 400 });
}
