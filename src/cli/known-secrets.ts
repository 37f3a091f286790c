import type { Identity } from '../clients/identity.ts';
import type { Login } from '../clients/login.ts';
import { Secret } from '../lib/secret.ts';

/** An identity that remembers what must not be printed: its own secret, and the tokens it gave out. */
export interface WithKnownSecrets {
  readonly identity: Identity;
  readonly secrets: () => readonly string[];
}

/** The same identity; whoever repeats one of its secrets to us, as errors do, can be masked. */
export function withKnownSecrets(identity: Identity, login: Login): WithKnownSecrets {
  const known = new Set(
    Object.values(login).flatMap((value) => (value instanceof Secret ? value.reveal() : [])),
  );
  return {
    secrets: () => [...known],
    identity: {
      async token(...asked) {
        const token = await identity.token(...asked);
        known.add(token.reveal());
        return token;
      },
    },
  };
}
