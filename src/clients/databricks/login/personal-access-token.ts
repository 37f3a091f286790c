import type { Secret } from '../../../lib/secret.ts';
import { filledIn } from '../../entra/filled-in.ts';
import type { Identity } from '../../identity.ts';
import { assertDatabricks } from './oauth-token.ts';

/** What to say where one is used. */
export const personalTokenWarning =
  'a personal access token stands for a person, lasts for months and shows in no login log: use it only where nothing else works';

/** The last resort: a token that somebody made by hand, given out as it is. */
export function personalAccessToken(token: Secret): Identity {
  return {
    async token(resource, signal) {
      signal.throwIfAborted();
      assertDatabricks(resource);
      filledIn(token, 'the personal access token');
      return await Promise.resolve(token);
    },
  };
}
