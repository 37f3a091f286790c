import type { Fetch } from '../../../lib/fetch.ts';
import type { Secret } from '../../../lib/secret.ts';
import { filledIn } from '../../entra/filled-in.ts';
import { keepTokens } from '../../entra/keep-tokens.ts';
import type { Identity } from '../../identity.ts';
import { discoverEndpoints } from './discover.ts';
import { explainLogin } from './explain-login.ts';
import { assertDatabricks, requestOauthToken } from './oauth-token.ts';

interface OauthSecret {
  readonly host: string;
  readonly clientId: string;
  readonly secret: Secret;
  readonly fetch: Fetch;
  readonly now: () => number;
}

/**
 * A service principal with a secret of Databricks' own.
 * Source: databricks-sdk-py `databricks/sdk/credentials_provider.py` `oauth_service_principal`
 */
export function oauthSecretIdentity(login: OauthSecret): Identity {
  const { host, clientId, fetch, now } = login;
  return keepTokens(async (resource) => {
    assertDatabricks(resource);
    const secret = filledIn(login.secret, 'the client secret');
    const { token: url } = await discoverEndpoints(host, fetch);
    const basic = Buffer.from(`${clientId}:${secret}`).toString('base64');
    return await requestOauthToken({
      url,
      form: { grant_type: 'client_credentials' },
      headers: { authorization: `Basic ${basic}` },
      explain: explainLogin(WRONG_SECRET),
      fetch,
      now,
    });
  }, now);
}

const WRONG_SECRET =
  "Databricks does not accept id and secret: it asks for a secret of its own, no secret of Entra ID's.";
