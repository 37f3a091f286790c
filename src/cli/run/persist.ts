import { isRefusal, PermanentError, SignalboxError, TransientError } from '../../lib/errors.ts';
import { waitMs } from '../../model/backoff.ts';
import type { Surroundings } from './surroundings.ts';

/** How long to keep asking, and whom to tell. */
export interface Patience {
  readonly around: Surroundings;
  /** How long after the last answer to give up, by what was heard instead. */
  readonly budgetMs: (error: SignalboxError) => number;
  readonly tell: (error: SignalboxError) => void;
  /** Once aborted, nothing is tried again. */
  readonly until: AbortSignal;
  /** What ends a pause; left out: `until`. */
  readonly wake?: () => AbortSignal;
}

const BACKOFF = { firstMs: 1000, longestMs: 30_000 };

/**
 * The answer, however often it has to be asked for.
 *
 * @throws {SignalboxError} the last failure: the time was up, or asking again cannot help
 */
export async function persist<Answer>(
  { around, budgetMs, tell, until, wake = () => until }: Patience,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  const sinceMs = around.now();
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof SignalboxError)) throw error;
      const leftMs = sinceMs + budgetMs(error) - around.now();
      if (leftMs <= 0 || until.aborted) throw error;
      tell(error);
      const retryAfterMs = (error instanceof TransientError && error.retryAfterMs) || 0;
      const pauseMs = waitMs(BACKOFF, tries, { chance: around.chance(), retryAfterMs });
      await around.sleep(Math.min(pauseMs, leftMs), wake());
    }
  }
}

/** A login that a run depends on can be refused for a while: Entra ID was seen to forget for minutes. */
const REFUSED_MS = 10 * 60_000;

/** A run that was just started can be unknown to the machine that is asked. */
const UNKNOWN_MS = 60_000;

/** How long to go on looking at a run that is under way, when this is heard instead of it. */
export function budgetOfLooks(contactMs: number): Patience['budgetMs'] {
  return (error) => {
    const isRefused: boolean = isRefusal(error);
    if (isRefused) return Math.min(contactMs, REFUSED_MS);
    if (!(error instanceof PermanentError)) return contactMs;
    // A gateway's page of today is a run of tomorrow.
    if (error.code === 'UNREADABLE') return contactMs;
    return error.code === 'NOT_FOUND' ? Math.min(contactMs, UNKNOWN_MS) : 0;
  };
}
