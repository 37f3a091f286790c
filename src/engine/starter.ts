import { isRefusal, PermanentError, TransientError, UncertainError } from '../lib/errors.ts';
import { waitMs } from '../model/backoff.ts';
import type { Heard } from '../model/breaker.ts';
import { isContactLost } from '../model/contact.ts';
import { laneOfRetries } from '../model/lane.ts';
import { type NextTry, nextTry } from '../model/retry.ts';
import { LeaseLost, type StoredDelivery } from '../store/store.ts';
import type { Run, Start, Target } from '../targets/target.ts';
import { type Answer, answerOf } from './call-limit.ts';
import type { Engine } from './engine.ts';
import { heardIn } from './hearing.ts';
import { endCanceled, move, note } from './move.ts';

/** What the handling of one delivery works with. */
export interface Starting {
  readonly engine: Engine;
  readonly signal: AbortSignal;
  /** True where the target is only tried. */
  readonly isProbe: boolean;
  readonly hear: (heard: Heard) => void;
}

/** Makes the start call of a delivery whose intent was stored when it was claimed. */
export async function start(starting: Starting, delivery: StoredDelivery): Promise<void> {
  const target = await targetOf(starting, delivery, 'failed');
  if (target) await call(starting, target, delivery);
}

/**
 * Looks for the run that a start has left behind, of which nothing is known: adopts it, or starts
 * one now. What it finds in `starting` is what a process left that is no more, or lost its lease.
 */
export async function lookFor(starting: Starting, delivery: StoredDelivery): Promise<void> {
  const target = await targetOf(starting, delivery, 'lost');
  if (!target) return;
  const { engine } = starting;
  if (delivery.phase === 'uncertain') return await look(starting, target, delivery);
  const reason = 'the service stopped while it was starting a run: looking for it';
  await look(starting, target, await move(engine, delivery, 'doubt', { reason, keep: true }));
}

async function targetOf(
  { engine }: Starting,
  delivery: StoredDelivery,
  verdict: 'failed' | 'lost',
): Promise<Target | null> {
  const target = engine.targets.get(delivery.target);
  if (target) return target;
  const reason = `no target is called ${delivery.target} any more`;
  await giveUp(engine, delivery, verdict, reason);
  return null;
}

async function look(starting: Starting, target: Target, delivery: StoredDelivery): Promise<void> {
  const { engine, signal } = starting;
  const { key } = delivery;
  const claimant = await engine.store.claimantOf(key);
  const found = await heard(starting, (limit) => runOf(target, delivery, claimant, limit));
  if (found.kind === 'failed') {
    signal.throwIfAborted();
    await lookAgain(engine, delivery, found.error);
    return;
  }
  if (claimant !== null && found.result?.id !== claimant) {
    engine.log.warn({ delivery: delivery.id, run: claimant }, 'claimed a key it does not carry');
    await engine.store.dropKey({ key, run: claimant });
  }
  if (found.result) {
    await adopt(engine, delivery, found.result, 'found the run that was started');
  } else if (delivery.cancel) {
    await endCanceled(engine, delivery, delivery.cancel);
  } else {
    await startAgain(starting, target, delivery);
  }
}

/** The run that has claimed the key, if it carries it; or one that is found by it. */
async function runOf(
  target: Target,
  delivery: StoredDelivery,
  claimant: string | null,
  limit: AbortSignal,
): Promise<Run | null> {
  const wanted = startOf(delivery);
  const named = claimant === null ? null : await target.named(claimant, wanted, limit);
  return named ?? (await target.find(wanted, limit));
}

/** Not for ever: whether there is a run cannot be said then, and no second one may be started. */
async function lookAgain(engine: Engine, delivery: StoredDelivery, error: unknown): Promise<void> {
  const { backoff, lostAfterMs } = engine.settings;
  const nowMs = engine.now();
  const reason = `cannot look for the run: ${messageOf(error)}`;
  const tries = delivery.tries + 1;
  const unseenForMs = nowMs - intendedAt(delivery);
  if (isContactLost({ unseenForMs, failedLooks: tries, lostAfterMs })) {
    await giveUp(engine, delivery, 'lost', `contact lost, a run may be going on: ${reason}`);
    return;
  }
  const retryAfterMs = retryAfter(error);
  const wait = waitMs(backoff, tries, { chance: engine.chance(), retryAfterMs });
  await note(engine, delivery, { reason, tries, dueAtMs: nowMs + wait });
}

/** Nothing is there: the start is made again, with the same key, if its attempts are not used up. */
async function startAgain(starting: Starting, target: Target, delivery: StoredDelivery) {
  const { engine } = starting;
  const made = await startsMade(engine, delivery);
  const setback = { because: delivery.reason, retryAfterMs: 0 };
  const next = nextOf(engine, { ...delivery, tries: made }, setback);
  if (next.kind === 'used_up') return await giveUp(engine, delivery, 'failed', next.because);
  const tries = made + 1;
  const nowMs = engine.now();
  const intent = await move(engine, delivery, 'begin', {
    reason: `starting again, try ${tries}`,
    tries,
    keep: true,
    dueAtMs: nowMs + engine.settings.leaseMs + engine.settings.settleMs,
  });
  await call(starting, target, intent);
}

/** Of this attempt, by its timeline: looks that failed are counted, too, and are no starts. */
async function startsMade({ store }: Engine, { id }: StoredDelivery): Promise<number> {
  const lines = await store.transitionsOf([id]);
  const begin = lines.findLastIndex(({ phase }) => phase === 'pending');
  return lines.slice(begin + 1).filter(({ phase }) => phase === 'starting').length;
}

async function call(starting: Starting, target: Target, intent: StoredDelivery): Promise<void> {
  const { engine, signal } = starting;
  if (signal.aborted) return await putBack(engine, intent);
  // A process that was stopped in between must not call: another may have looked by now.
  if (engine.now() - intent.sinceMs > engine.settings.leaseMs) throw new LeaseLost(intent.id);
  const started = await heard(starting, (limit) => target.start(startOf(intent), limit));
  if (started.kind === 'failed') await afterFailedStart(engine, intent, started.error);
  else await adopt(engine, intent, started.result, `run ${started.result.id} started`);
}

/** Makes a call, and passes on what its answer says of the target. */
async function heard<Result>(
  { engine, signal, isProbe, hear }: Starting,
  make: (limit: AbortSignal) => Promise<Result>,
): Promise<Answer<Result>> {
  const answer = await answerOf(engine, signal, make);
  const says = signal.aborted ? null : heardIn(answer, { isProbe, atMs: engine.now() });
  if (says) hear(says);
  return answer;
}

/** We were stopped before we called: as if it had never been claimed. */
async function putBack(engine: Engine, delivery: StoredDelivery): Promise<void> {
  const tries = delivery.tries - 1;
  await move(engine, delivery, 'put_off', { reason: 'put back: the service was stopped', tries });
}

async function adopt(
  engine: Engine,
  delivery: StoredDelivery,
  run: Run,
  reason: string,
): Promise<void> {
  await move(engine, delivery, 'started', { run, reason, tries: 0 });
}

/** The error's class says what to do next; one that we do not know may stand for anything. */
async function afterFailedStart(engine: Engine, delivery: StoredDelivery, error: unknown) {
  const reason = messageOf(error);
  if (error instanceof TransientError) {
    await putOff(engine, delivery, { because: reason, retryAfterMs: retryAfter(error) });
  } else if (error instanceof PermanentError) {
    await giveUp(engine, delivery, isRefusal(error) ? 'refused' : 'failed', reason);
  } else {
    if (!(error instanceof UncertainError)) engine.log.error({ err: error }, 'start failed');
    const dueAtMs = engine.now() + engine.settings.settleMs;
    await move(engine, delivery, 'doubt', { reason: `no clear answer: ${reason}`, dueAtMs });
  }
}

interface Setback {
  readonly because: string;
  readonly retryAfterMs: number;
}

async function putOff(engine: Engine, delivery: StoredDelivery, setback: Setback): Promise<void> {
  const next = nextOf(engine, delivery, setback);
  if (next.kind === 'used_up') return await giveUp(engine, delivery, 'failed', next.because);
  await move(engine, delivery, 'put_off', {
    reason: setback.because,
    lane: laneOfRetries(delivery.lane),
    dueAtMs: engine.now() + next.afterMs,
  });
}

function nextOf(engine: Engine, delivery: StoredDelivery, setback: Setback): NextTry {
  return nextTry(engine.terms(delivery.target).retry, {
    tries: delivery.tries,
    elapsedMs: engine.now() - intendedAt(delivery),
    chance: engine.chance(),
    ...setback,
  });
}

async function giveUp(
  engine: Engine,
  delivery: StoredDelivery,
  verdict: 'refused' | 'failed' | 'lost',
  reason: string,
): Promise<void> {
  await move(engine, delivery, 'give_up', { verdict, reason });
}

function startOf(delivery: StoredDelivery): Start<unknown> {
  const { key, request } = delivery;
  return { key, request, intendedAtMs: intendedAt(delivery) };
}

/** Stored by the claim; a delivery that was never claimed is at its beginning. */
function intendedAt({ intendedAtMs, createdAtMs }: StoredDelivery): number {
  return intendedAtMs ?? createdAtMs;
}

function retryAfter(error: unknown): number {
  return error instanceof TransientError ? (error.retryAfterMs ?? 0) : 0;
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const hint = 'hint' in error && typeof error.hint === 'string' ? ` (${error.hint})` : '';
  return `${error.message}${hint}`;
}
