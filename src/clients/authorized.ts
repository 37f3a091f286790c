import { isRefusal } from '../lib/errors.ts';
import type { Secret } from '../lib/secret.ts';
import type { Identity } from './identity.ts';

/**
 * What `send` answers with a token of ours; if that token is turned away, with a fresh one.
 *
 * Once more is right for writes, too: who is not let in has done nothing. Azure DevOps was seen to
 * refuse a good token in the middle of a conversation, and waits outlive tokens.
 */
export async function authorized<Answer>(
  { identity, resource, signal }: Login,
  send: (token: Secret) => Promise<Answer>,
): Promise<Answer> {
  const token = await identity.token(resource, signal);
  try {
    return await send(token);
  } catch (error) {
    if (!isRefusal(error) || error.code !== 'LOGIN_REFUSED') throw error;
    const fresh = await identity.token(resource, signal, token);
    if (fresh.reveal() === token.reveal()) throw error;
    return await send(fresh);
  }
}

interface Login {
  readonly identity: Identity;
  /** The application id of the service that is to believe us. */
  readonly resource: string;
  readonly signal: AbortSignal;
}
