import type { Identity } from '../identity.ts';
import { explainRefusal, hintsOfFederation } from './explain-refusal.ts';
import { type AssertionSource, mintAssertion } from './federation/assertion.ts';
import { spoken } from './federation/spoken.ts';
import { keepTokens } from './keep-tokens.ts';
import { type Application, asAssertion, requestToken } from './request-token.ts';

interface Federated extends Application {
  readonly source: AssertionSource;
  /** The variables that the CI system sets. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Source: MicrosoftDocs/entra-docs, workload-id/workload-identity-federation-considerations.md */
export const ENTRA_AUDIENCE = 'api://AzureADTokenExchange';

/**
 * An application that trusts tokens of somebody else: of a CI system, of a cluster.
 *
 * Such a token lasts some ten minutes (AADSTS700024), so that each login has one of its own.
 */
export function federatedIdentity(login: Federated): Identity {
  return keepTokens(async (resource) => {
    const assertion = await mintAssertion(login.source, ENTRA_AUDIENCE, login);
    return await requestToken(login, asAssertion(assertion.secret.reveal()), {
      resource,
      explain: (refusal) => explainRefusal(refusal, hintsOfFederation(spoken(assertion))),
    });
  }, login.now);
}
