import { discoverEndpoints } from './databricks/login/discover.ts';
import { ENTRA_AUDIENCE } from './entra/federated.ts';
import { type Assertion, mintAssertion } from './entra/federation/assertion.ts';
import type { Login } from './login.ts';
import type { LoginReach } from './open-identity.ts';

/** The token that a federated login would present now, to be looked at; null: it is none. */
export async function presentAssertion(login: Login, reach: LoginReach): Promise<Assertion | null> {
  if (login.kind === 'entra-federated') {
    return await mintAssertion(login.source, ENTRA_AUDIENCE, reach);
  }
  if (login.kind !== 'databricks-federated') return null;
  const { audience } = await discoverEndpoints(login.host, reach.fetch);
  return await mintAssertion(login.source, audience, reach);
}
