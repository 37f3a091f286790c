import {
  ConfigError,
  isRefusal,
  PermanentError,
  SignalboxError,
  TransientError,
  UncertainError,
} from '../../lib/errors.ts';
import { makeRoom, START_CONTACT_MS } from './make-room.ts';
import { persist } from './persist.ts';
import type { StartedRun } from './runner.ts';
import { type Ending, endingWith, type Trip } from './trip.ts';

export type Begun =
  | { readonly kind: 'started'; readonly run: StartedRun }
  | { readonly kind: 'ended'; readonly ending: Ending };

/** How long to go on asking what became of a start, when somebody waits for us to stop. */
const STOP_GRACE_MS = 6000;

/** For how long a key that was given finds its run again, where we have to look for it: a week. */
const KEYS_LAST_MS = 7 * 86_400_000;

/**
 * Starts the run, or says why there is none.
 *
 * @throws {ConfigError} what was asked for cannot be
 */
export async function begin(trip: Trip): Promise<Begun> {
  const { order, around, progress, stop } = trip;
  const patience = { around, budgetMs: budgetBefore, tell: progress.trouble, until: stop.asked };
  try {
    await persist(patience, () => order.runner.prepare(order.key, stop.asked));
    const ending = await makeRoom(trip);
    if (ending) return { kind: 'ended', ending };
    if (!stop.asked.aborted) return await start(trip);
  } catch (error) {
    if (!stop.asked.aborted) return { kind: 'ended', ending: withoutRun(error) };
  }
  return { kind: 'ended', ending: endingWith('canceled', `${stop.name()}: nothing was started`) };
}

async function start(trip: Trip): Promise<Begun> {
  const { order, around, progress, stop } = trip;
  const { runner, key, isKeyGiven } = order;
  const beganAtMs = around.now();
  const intendedAtMs = beganAtMs - (isKeyGiven ? KEYS_LAST_MS : 0);
  // Whoever aborts a start does not know whether it was heard.
  const { signal } = new AbortController();
  let mayExist = false;
  const patience = {
    around,
    tell: progress.trouble,
    until: stop.urged,
    wake: stop.next,
    budgetMs: (error: SignalboxError) => {
      const askedAtMs = stop.askedAtMs();
      if (askedAtMs !== null) return mayExist ? askedAtMs - beganAtMs + STOP_GRACE_MS : 0;
      return mayExist && !(error instanceof PermanentError) ? order.contactMs : budgetBefore(error);
    },
  };
  try {
    const run = await persist(patience, async () => {
      if (mayExist) await around.sleep(runner.settleMs, stop.next());
      try {
        return await runner.start({ key, intendedAtMs, isKeyGiven, mayExist }, signal);
      } catch (error) {
        if (error instanceof UncertainError) mayExist = true;
        throw error;
      }
    });
    return { kind: 'started', run };
  } catch (error) {
    if (!mayExist || !(error instanceof SignalboxError)) throw error;
    const reason = `the start went unanswered, and its run may be going on: ${error.message}`;
    return { kind: 'ended', ending: endingWith('lost', reason, { hint: error.hint ?? null }) };
  }
}

/** Nothing is going on yet: what cannot be reached for so long is rather misspelt than away. */
function budgetBefore(error: SignalboxError): number {
  return error instanceof PermanentError || error instanceof ConfigError ? 0 : START_CONTACT_MS;
}

function withoutRun(error: unknown): Ending {
  if (!(error instanceof SignalboxError) || error instanceof ConfigError) throw error;
  const reason = `nothing was started: ${error.message}`;
  return endingWith(verdictOf(error), reason, { hint: error.hint ?? null });
}

function verdictOf(error: SignalboxError): Ending['verdict'] {
  const isRefused: boolean = isRefusal(error);
  if (isRefused) return 'refused';
  return error instanceof TransientError ? 'lost' : 'failed';
}
