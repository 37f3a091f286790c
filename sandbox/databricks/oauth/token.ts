import { randomBytes } from 'node:crypto';

import type { Action, Call } from '../../kit/action.ts';
import { isSameSecret } from '../../kit/is-same-secret.ts';
import { memberNamed, type Principal } from '../principal.ts';
import type { Workspace } from '../workspace.ts';
import { exchanged } from './exchange-token.ts';
import { OauthError } from './oauth-error.ts';

/** Source: databricks-sdk-py oauth.py (ClientCredentials) and docs.databricks.com/dev-tools/auth. */
const LIFE_SECONDS = 3600;

export const oauthToken: Action<Workspace> = {
  method: 'POST',
  path: '/oidc/v1/token',
  source: 'databricks-sdk-py oauth.py and oidc.py: client_credentials and token-exchange',
  handle: async (call) => {
    const form = new URLSearchParams(await call.text());
    const scope = form.get('scope') ?? 'all-apis';
    if (!scope.split(' ').includes('all-apis')) {
      throw new OauthError(
        400,
        'invalid_scope',
        `The sandbox has the scope all-apis, not ${scope}`,
      );
    }
    const { principal, seconds } = await granted(call, form);
    call.identify(principal.name);
    return Response.json({
      access_token: issue(call.state, principal, seconds),
      token_type: 'Bearer',
      expires_in: seconds,
      scope: 'all-apis',
    });
  },
};

interface Granted {
  readonly principal: Principal;
  readonly seconds: number;
}

async function granted(call: Call<Workspace>, form: URLSearchParams): Promise<Granted> {
  switch (form.get('grant_type')) {
    case 'client_credentials':
      return { principal: withSecret(call, form), seconds: LIFE_SECONDS };
    case 'urn:ietf:params:oauth:grant-type:token-exchange':
      return exchanged(call.state, form);
    case null:
      throw new OauthError(400, 'invalid_request', 'grant_type is missing');
    default:
      throw new OauthError(
        400,
        'unsupported_grant_type',
        `${form.get('grant_type')} is not supported`,
      );
  }
}

/** Only Databricks' own secrets count: that of an application of Entra ID does not. */
function withSecret({ request, state }: Call<Workspace>, form: URLSearchParams): Principal {
  const [id, secret] = basic(request.headers.get('authorization')) ?? [
    form.get('client_id') ?? '',
    form.get('client_secret') ?? '',
  ];
  const known = state.config.oauth_secrets.some(
    (one) => one.client_id === id && isSameSecret(one.secret, secret),
  );
  const member = known ? memberNamed(state, id) : null;
  if (member) return member;
  throw new OauthError(401, 'invalid_client', 'Client authentication failed');
}

function basic(authorization: string | null): readonly [string, string] | null {
  const encoded = /^basic\s+(?<encoded>\S+)$/iu.exec(authorization ?? '')?.groups?.['encoded'];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString();
  const at = text.indexOf(':');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function issue(workspace: Workspace, principal: Principal, seconds: number): string {
  const token = `dbx-oauth-${randomBytes(24).toString('base64url')}`;
  const expiresAtMs = workspace.tools.clock.now() + seconds * 1000;
  workspace.tools.hidden.add(token);
  workspace.oauthTokens.set(token, { principal, expiresAtMs });
  return token;
}
