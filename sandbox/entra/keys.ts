import type { Action } from '../kit/action.ts';
import type { EntraState } from './state.ts';

const source = 'https://learn.microsoft.com/entra/identity-platform/signing-key-rollover';

/** The public keys with which anybody can check a token of the tenant. */
export const keys: Action<EntraState> = {
  method: 'GET',
  path: '/:tenant/discovery/v2.0/keys',
  source,
  async handle({ state, params }) {
    state.directory.mustBeKnown(params['tenant'] ?? '');
    return Response.json({ keys: [await state.issuer.jwk()] });
  },
};

/** The same keys, where version 1 has them. */
export const keysV1: Action<EntraState> = {
  method: 'GET',
  path: '/:tenant/discovery/keys',
  source,
  async handle({ state, params }) {
    state.directory.mustBeKnown(params['tenant'] ?? '');
    const { issuer: _, ...key } = await state.issuer.jwk();
    return Response.json({ keys: [key] });
  },
};
