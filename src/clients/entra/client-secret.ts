import type { Secret } from '../../lib/secret.ts';
import type { Identity } from '../identity.ts';
import { filledIn } from './filled-in.ts';
import { keepTokens } from './keep-tokens.ts';
import { type Application, requestToken } from './request-token.ts';

interface ClientSecret extends Application {
  readonly secret: Secret;
}

/** A service principal that logs in with its secret. */
export function clientSecretIdentity(login: ClientSecret): Identity {
  return keepTokens(async (resource) => {
    const proof = { client_secret: filledIn(login.secret, 'the client secret') };
    return await requestToken(login, proof, { resource });
  }, login.now);
}
