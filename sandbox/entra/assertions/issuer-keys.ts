import type { JWK } from 'jose';
import { z } from 'zod';

import { AadstsError } from '../aadsts.ts';
import type { EntraConfig } from '../entra-config.ts';

const Configuration = z.object({ issuer: z.string(), jwks_uri: z.url() });

const Keys = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });

interface Options {
  /** Issuers whose keys are known. */
  readonly configured: EntraConfig['federated_issuers'];
  readonly reach: ((request: Request) => Promise<Response>) | undefined;
}

/**
 * Finds the public keys of an issuer: as configured, or as the issuer publishes them. They are
 * fetched anew each time, where the real Entra ID keeps them for a while.
 *
 * Source: OpenID Connect Discovery 1.0 section 4; Azure/azure-workload-identity#642 (the refusal)
 */
export function issuerKeys({ configured, reach }: Options) {
  return async (issuer: string): Promise<readonly JWK[]> => {
    const known = configured.find((one) => one.issuer === issuer);
    if (known) return known.jwks.keys;
    try {
      const place = `${issuer.replace(/\/$/u, '')}/.well-known/openid-configuration`;
      const configuration = Configuration.parse(await fetched(place));
      if (configuration.issuer !== issuer) throw new Error(`it says it is ${configuration.issuer}`);
      return Keys.parse(await fetched(configuration.jwks_uri)).keys;
    } catch (cause) {
      throw new AadstsError(50166, 'Request to External OIDC endpoint failed.', { cause });
    }
  };

  async function fetched(url: string): Promise<unknown> {
    if (!reach) throw new Error('there is no way to other hosts');
    const response = await reach(new Request(url, { headers: { accept: 'application/json' } }));
    if (response.status !== 200) throw new Error(`${url}: ${response.status}`);
    return response.json();
  }
}
