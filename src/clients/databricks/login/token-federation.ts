import type { Fetch } from '../../../lib/fetch.ts';
import { type AssertionSource, mintAssertion } from '../../entra/federation/assertion.ts';
import { spoken } from '../../entra/federation/spoken.ts';
import { keepTokens } from '../../entra/keep-tokens.ts';
import type { Identity } from '../../identity.ts';
import { discoverEndpoints } from './discover.ts';
import { explainLogin } from './explain-login.ts';
import { assertDatabricks, requestOauthToken } from './oauth-token.ts';

interface Federated {
  readonly host: string;
  readonly clientId: string | null;
  readonly source: AssertionSource;
  readonly fetch: Fetch;
  readonly now: () => number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * A principal for whom a token of somebody else is exchanged for one of Databricks, without Entra
 * ID; the other's token is minted anew each time.
 *
 * Source: RFC 8693; databricks-sdk-py `databricks/sdk/oidc.py`
 */
export function tokenFederationIdentity(login: Federated): Identity {
  const { host, clientId, source, fetch, now } = login;
  return keepTokens(async (resource) => {
    assertDatabricks(resource);
    const { token: url, audience } = await discoverEndpoints(host, fetch);
    const assertion = await mintAssertion(source, audience, login);
    return await requestOauthToken({
      url,
      form: {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: assertion.secret.reveal(),
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        ...(clientId !== null && { client_id: clientId }),
      },
      explain: explainLogin(
        `Add a federation policy to the service principal, to the letter: ${spoken(assertion)}.`,
      ),
      fetch,
      now,
    });
  }, now);
}
