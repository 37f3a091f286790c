import type { Action } from '../kit/action.ts';
import type { EntraState } from './state.ts';

/** The public keys with which anybody can check a token of the tenant. */
export const keys: Action<EntraState> = {
  method: 'GET',
  path: '/:tenant/discovery/v2.0/keys',
  source: 'https://learn.microsoft.com/entra/identity-platform/signing-key-rollover',
  handle({ state, params }) {
    // The keys of `common` are those of every tenant.
    if (params['tenant'] !== 'common') state.directory.mustBeTenant(params['tenant'] ?? '');
    return Response.json({ keys: [state.issuer.jwk] });
  },
};
