import type { Action } from '../kit/action.ts';
import { formOf, required } from './form.ts';
import { logIn } from './log-in.ts';
import { audienceOf } from './resources.ts';
import type { EntraState } from './state.ts';
import { LIFETIME_S } from './tokens.ts';

/** Version 1, which the Databricks SDKs use: asks for a resource, answers with numbers in strings. */
export const tokenV1: Action<EntraState> = {
  method: 'POST',
  path: '/:tenant/oauth2/token',
  source:
    'https://learn.microsoft.com/previous-versions/azure/active-directory/azuread-dev/v1-oauth2-client-creds-grant-flow',
  async handle(call) {
    const { directory, issuer } = call.state;
    const form = await formOf(call);
    directory.mustBeTenant(call.params['tenant'] ?? '');
    required(form, 'grant_type');
    const resource = required(form, 'resource');
    const { app, proof } = await logIn(call, form);

    const signed = await issuer.sign(app, audienceOf(resource, directory.tenant), proof);
    return Response.json(
      {
        token_type: 'Bearer',
        expires_in: String(LIFETIME_S),
        ext_expires_in: String(LIFETIME_S),
        expires_on: String(signed.expiresAtS),
        not_before: String(signed.notBeforeS),
        resource,
        access_token: signed.token,
      },
      { headers: { 'cache-control': 'no-store, no-cache', pragma: 'no-cache' } },
    );
  },
};
