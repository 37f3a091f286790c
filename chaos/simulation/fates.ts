import { PermanentError, TransientError, UncertainError } from '../../src/lib/errors.ts';
import type { Random } from '../random.ts';
import type { Fate } from './call.ts';
import type { Fault, Weather } from './weather.ts';

/** What decides what becomes of calls. */
export interface Chances {
  readonly random: Random;
  readonly weather: Weather;
}

/** A run that a start caused is there no later than this after the call: the settle time's promise. */
export const SURFACES_WITHIN_MS = 1100;

type Fates = readonly (readonly [Fault, () => Omit<Fate, 'note'>])[];

function firstStruck({ weather }: Chances, fates: Fates, usual: Fate): Fate {
  const struck = fates.find(([fault]) => weather.strikes(fault));
  return struck ? { ...struck[1](), note: struck[0] } : usual;
}

/** What becomes of a request to start a run. */
export function fateOfStart(chances: Chances): Fate {
  const { random } = chances;
  const travelMs = 5 + random.below(40);
  const answerMs = travelMs + random.below(40);
  const nothing = { effectMs: null, answerMs };
  const fates: Fates = [
    ['start.unreachable', () => ({ ...nothing, error: unreachable() })],
    ['start.busy', () => ({ ...nothing, error: busy(random) })],
    ['start.refused', () => ({ ...nothing, error: refused(random) })],
    [
      'start.request-lost',
      () => (random.chance(0.5) ? silence(null) : { ...nothing, error: cut() }),
    ],
    ['start.reply-lost', () => ({ effectMs: travelMs, answerMs, error: cut(random) })],
    ['start.silent', () => silence(travelMs)],
    ['start.surfaces-late', () => late(random, answerMs)],
  ];
  return firstStruck(chances, fates, { effectMs: travelMs, answerMs });
}

/** The other side has the request, and carries it out when the caller has long given up. */
function late(random: Random, answerMs: number): Fate {
  const effectMs = random.chance(0.5)
    ? SURFACES_WITHIN_MS - random.below(SURFACES_WITHIN_MS / 10)
    : random.below(SURFACES_WITHIN_MS);
  return random.chance(0.5) ? silence(effectMs) : { effectMs, answerMs, error: cut() };
}

/** What becomes of a request that only looks. */
export function fateOfRead(chances: Chances): Fate {
  const { random } = chances;
  const effectMs = 2 + random.below(20);
  const answerMs = 2 + random.below(20);
  const fates: Fates = [
    ['read.fails', () => ({ effectMs: null, answerMs, error: unreachable() })],
    ['read.silent', () => silence(null)],
    ['read.slow', () => ({ effectMs: random.below(300), answerMs: random.below(300) })],
  ];
  return firstStruck(chances, fates, { effectMs, answerMs });
}

/** What becomes of a request to write an outcome back. */
export function fateOfReport(chances: Chances): Fate {
  const { random } = chances;
  const effectMs = 2 + random.below(20);
  const answerMs = effectMs + 2 + random.below(20);
  const fates: Fates = [
    ['report.busy', () => ({ effectMs: null, answerMs, error: busy(random) })],
    ['report.refused', () => ({ effectMs: null, answerMs, error: refused(random) })],
    ['report.reply-lost', () => ({ effectMs, answerMs, error: cut(random) })],
    ['report.silent', () => silence(random.chance(0.5) ? effectMs : null)],
  ];
  return firstStruck(chances, fates, { effectMs, answerMs });
}

/** What becomes of a question to the database, or of a transaction. */
export function fateOfTransaction(chances: Chances): Fate {
  const { random } = chances;
  const effectMs = random.below(3);
  const answerMs = effectMs + random.below(3);
  const fates: Fates = [
    ['store.fails-before', () => ({ effectMs: null, answerMs, error: away() })],
    ['store.fails-after', () => ({ effectMs, answerMs, error: away() })],
    ['store.slow', () => ({ effectMs: random.below(700), answerMs: random.below(350) })],
  ];
  return firstStruck(chances, fates, { effectMs, answerMs });
}

function silence(effectMs: number | null): Fate {
  return { effectMs, answerMs: null };
}

function unreachable(): TransientError {
  return new TransientError('UNREACHABLE', 'cannot be reached');
}

function busy(random: Random): TransientError {
  const retryAfterMs = random.chance(0.5) ? 100 + random.below(1200) : undefined;
  return new TransientError('BUSY', 'slow down', { retryAfterMs });
}

function refused(random: Random): PermanentError {
  return random.chance(0.5)
    ? new PermanentError('NOT_PERMITTED', 'may not do that')
    : new PermanentError('REFUSED', 'does not take that');
}

/** The connection is cut; now and then as an error that nobody has thought of. */
function cut(random?: Random): Error {
  return random?.chance(0.2) === true
    ? new Error('socket hang up')
    : new UncertainError('UNANSWERED', 'no answer');
}

function away(): TransientError {
  return new TransientError('STORE_UNAVAILABLE', 'the database does not answer');
}
