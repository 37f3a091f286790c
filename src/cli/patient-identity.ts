import { setTimeout as wait } from 'node:timers/promises';

import type { Identity } from '../clients/identity.ts';
import { TransientError } from '../lib/errors.ts';
import { waitMs } from '../model/backoff.ts';

/** How often to ask, with what pauses. Azure's metadata service may be away for 70 seconds. */
const TRIES = 8;
const BACKOFF = { firstMs: 1000, longestMs: 20_000 };

interface Patience {
  readonly sleep: (ms: number) => Promise<unknown>;
  readonly tell: (line: string) => void;
}

const usual: Patience = { sleep: wait, tell: (line) => console.error(line) };

/**
 * The same identity, for a command that asks once: whoever gives out its tokens is asked again
 * while he is busy or says nothing readable. One that cannot be reached at all is not.
 */
export function patientIdentity(identity: Identity, { sleep, tell } = usual): Identity {
  return {
    async token(resource, signal, refused) {
      for (let tries = 1; ; tries += 1) {
        try {
          return await identity.token(resource, signal, refused);
        } catch (error) {
          if (!(error instanceof TransientError) || error.code === 'UNREACHABLE') throw error;
          if (tries === TRIES) throw error;
          const { retryAfterMs = 0 } = error;
          const pauseMs = waitMs(BACKOFF, tries, { chance: Math.random(), retryAfterMs });
          tell(`${error.message}: again in ${Math.ceil(pauseMs / 1000)} s`);
          await sleep(pauseMs);
        }
      }
    },
  };
}
