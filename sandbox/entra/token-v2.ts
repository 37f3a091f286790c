import type { Action } from '../kit/action.ts';
import { formOf, required } from './form.ts';
import { logIn } from './log-in.ts';
import { audienceOf, resourceOf } from './resources.ts';
import type { EntraState } from './state.ts';
import { LIFETIME_S } from './tokens.ts';

/** Version 2: asks for a scope, answers in numbers. */
export const tokenV2: Action<EntraState> = {
  method: 'POST',
  path: '/:tenant/oauth2/v2.0/token',
  source: 'https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow',
  async handle(call) {
    const { directory, issuer } = call.state;
    const form = await formOf(call);
    directory.mustBeTenant(call.params['tenant'] ?? '');
    required(form, 'grant_type');
    const resource = resourceOf(required(form, 'scope'));
    const { app, proof } = await logIn(call, form);

    const { token } = await issuer.sign(app, audienceOf(resource, directory.tenant), proof);
    return Response.json(
      {
        token_type: 'Bearer',
        expires_in: LIFETIME_S,
        ext_expires_in: LIFETIME_S,
        access_token: token,
      },
      { headers: { 'cache-control': 'no-store, no-cache', pragma: 'no-cache' } },
    );
  },
};
