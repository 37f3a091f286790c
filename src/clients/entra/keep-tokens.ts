import { TransientError } from '../../lib/errors.ts';
import type { Identity } from '../identity.ts';
import type { AccessToken } from './access-token.ts';
import { unlessAborted } from './unless-aborted.ts';

/** A token with less than this left is replaced, while the old one still works. */
const RENEW_BEFORE_MS = 5 * 60_000;

/** A token with less than this left is not given out: requests take their time, and clocks differ. */
const USABLE_BEFORE_MS = 60_000;

/** An identity that keeps one token for each resource, however it comes by it. */
export function keepTokens(
  request: (resource: string) => Promise<AccessToken>,
  now: () => number,
): Identity {
  const held = new Map<string, AccessToken>();
  const asked = new Map<string, Promise<AccessToken>>();

  async function renew(resource: string): Promise<AccessToken> {
    try {
      const token = await request(resource);
      held.set(resource, token);
      return token;
    } finally {
      asked.delete(resource);
    }
  }

  function ask(resource: string): Promise<AccessToken> {
    const running = asked.get(resource) ?? renew(resource);
    asked.set(resource, running);
    return running;
  }

  return {
    async token(resource, signal, refused) {
      if (refused?.reveal() === held.get(resource)?.secret.reveal()) held.delete(resource);
      const kept = held.get(resource);
      const leftMs = (kept?.expiresAtMs ?? 0) - now();
      if (kept && leftMs > RENEW_BEFORE_MS) return kept.secret;

      // Callers share one request, so that none of them may abort it for the others.
      const asking = unlessAborted(signal, ask(resource));
      const spare = leftMs > USABLE_BEFORE_MS ? kept : undefined;
      return (await (spare ? insteadOfWaiting(asking, spare) : asking)).secret;
    },
  };
}

/** While Entra ID is busy, the token that still works for a while will do. */
async function insteadOfWaiting(
  asking: Promise<AccessToken>,
  spare: AccessToken,
): Promise<AccessToken> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof TransientError) return spare;
    throw error;
  }
}
