import type { Action } from '../../kit/action.ts';
import { defineService, type Service } from '../../kit/service.ts';
import type { SigningKey } from '../signing-key.ts';
import type { IssuerProfile } from './issuer-claims.ts';

interface IssuerState {
  readonly profile: IssuerProfile;
  readonly key: SigningKey;
}

/** An issuer's public side: by what it says of itself, others check its tokens. */
export function issuerService(state: IssuerState, now: () => number): Service {
  const { profile } = state;
  return defineService({
    name: `${profile.name}-oidc`,
    serves: (host) => host === profile.host,
    actions: [configuration(profile), keys(profile)],
    state,
    now,
    notFound: () => new Response(null, { status: 404 }),
    onError(error) {
      throw error;
    },
  });
}

const source = 'https://openid.net/specs/openid-connect-discovery-1_0.html section 4';

function configuration({ path }: IssuerProfile): Action<IssuerState> {
  return {
    method: 'GET',
    path: `${path}/.well-known/openid-configuration`,
    source,
    handle({ state, params }) {
      const issuer = state.profile.issuerAt(params);
      return Response.json({
        issuer,
        jwks_uri: `${issuer}/.well-known/jwks`,
        subject_types_supported: ['public', 'pairwise'],
        response_types_supported: ['id_token'],
        claims_supported: ['sub', 'aud', 'exp', 'iat', 'iss', 'jti', 'nbf'],
        id_token_signing_alg_values_supported: ['RS256'],
        scopes_supported: ['openid'],
      });
    },
  };
}

function keys({ path }: IssuerProfile): Action<IssuerState> {
  return {
    method: 'GET',
    path: `${path}/.well-known/jwks`,
    source,
    handle: async ({ state }) => Response.json({ keys: [await state.key.jwk()] }),
  };
}
