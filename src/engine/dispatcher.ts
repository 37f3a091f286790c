import { isRefusal, PermanentError, TransientError, UncertainError } from '../lib/errors.ts';
import { waitMs } from '../model/backoff.ts';
import { LeaseLost, type StoredDelivery } from '../store/store.ts';
import type { Run, Start, Target } from '../targets/target.ts';
import { answerOf } from './call-limit.ts';
import type { Engine, StepRun } from './engine.ts';
import { inHand } from './in-hand.ts';
import { endCanceled, move, note } from './move.ts';

/**
 * Starts the runs of all deliveries that are due: the intent is stored before the call, and
 * where it is not known whether an earlier call started one, it is looked for first. What it finds
 * in `starting` is what a process left behind that is no more, or has lost its lease.
 */
export async function dispatch(engine: Engine, signal: AbortSignal): Promise<StepRun> {
  await hold(engine);
  const { concurrency: limit, leaseMs } = engine.settings;
  const claimed = await engine.store.claimToStart({ owner: engine.owner, leaseMs, limit });
  const due = claimed.map((delivery) => ({ delivery }));
  await inHand(engine, due, ({ delivery }) => dispatchOne(engine, delivery, signal));
  return { handled: due.length };
}

/** Says of deliveries that have to wait for another which one that is. */
async function hold(engine: Engine): Promise<void> {
  for (const { delivery, by } of await engine.store.blocked(engine.settings.concurrency)) {
    const reason = `one at a time: waits for ${by}`;
    await move(engine, delivery, 'hold', { reason }).catch(unlessLost);
  }
}

/** Somebody else was quicker to say so. */
function unlessLost(error: unknown): void {
  if (!(error instanceof LeaseLost)) throw error;
}

async function dispatchOne(
  engine: Engine,
  delivery: StoredDelivery,
  signal: AbortSignal,
): Promise<void> {
  const target = engine.targets.get(delivery.target);
  if (!target) {
    const isClear = delivery.phase !== 'starting' && delivery.phase !== 'uncertain';
    const reason = `no target is called ${delivery.target} any more`;
    await giveUp(engine, delivery, isClear ? 'failed' : 'lost', reason);
    return;
  }
  if (delivery.phase === 'starting') {
    const reason = 'the service stopped while it was starting a run: looking for it';
    const doubtful = await move(engine, delivery, 'doubt', { reason, keep: true });
    await lookFirst(engine, target, doubtful, signal);
  } else if (delivery.phase === 'uncertain') {
    await lookFirst(engine, target, delivery, signal);
  } else if (delivery.cancel) {
    await endCanceled(engine, delivery, delivery.cancel);
  } else {
    await begin(engine, target, delivery, signal);
  }
}

/** Adopts the run that an unanswered start left behind, or starts one now. */
async function lookFirst(
  engine: Engine,
  target: Target,
  delivery: StoredDelivery,
  signal: AbortSignal,
) {
  const found = await answerOf(engine, signal, (limit) => target.find(startOf(delivery), limit));
  if (found.kind === 'failed') {
    signal.throwIfAborted();
    const reason = `cannot look for the run: ${messageOf(found.error)}`;
    await note(engine, delivery, { reason, ...later(engine, delivery, found.error) });
  } else if (found.result) {
    await adopt(engine, delivery, found.result, 'found the run that was started');
  } else if (delivery.cancel) {
    await endCanceled(engine, delivery, delivery.cancel);
  } else {
    await begin(engine, target, delivery, signal);
  }
}

async function begin(
  engine: Engine,
  target: Target,
  delivery: StoredDelivery,
  signal: AbortSignal,
) {
  const nowMs = engine.now();
  const intendedAtMs = delivery.intendedAtMs ?? nowMs;
  if (nowMs - intendedAtMs > engine.settings.startForMs) {
    const hours = Math.round(engine.settings.startForMs / 3_600_000);
    await giveUp(
      engine,
      delivery,
      'failed',
      `could not be started for ${hours} h: ${delivery.reason}`,
    );
    return;
  }
  const tries = delivery.tries + 1;
  const intent = await move(engine, delivery, 'begin', {
    reason: tries === 1 ? `starting a run at ${delivery.target}` : `starting again, try ${tries}`,
    intendedAtMs,
    tries,
    keep: true,
    // Whoever finds it here later than this need not wait any longer before looking.
    dueAtMs: nowMs + engine.settings.settleMs,
  });
  // A process that was stopped in between must not call: another may have looked by now.
  if (engine.now() - nowMs > engine.settings.leaseMs) throw new LeaseLost(delivery.id);
  const started = await answerOf(engine, signal, (limit) => target.start(startOf(intent), limit));
  if (started.kind === 'failed') await afterFailedStart(engine, intent, started.error);
  else await adopt(engine, intent, started.result, `run ${started.result.id} started`);
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
    await move(engine, delivery, 'put_off', { reason, ...later(engine, delivery, error) });
  } else if (error instanceof PermanentError) {
    await giveUp(engine, delivery, isRefusal(error) ? 'refused' : 'failed', reason);
  } else {
    if (!(error instanceof UncertainError)) engine.log.error({ err: error }, 'start failed');
    const dueAtMs = engine.now() + engine.settings.settleMs;
    await move(engine, delivery, 'doubt', { reason: `no clear answer: ${reason}`, dueAtMs });
  }
}

async function giveUp(
  engine: Engine,
  delivery: StoredDelivery,
  verdict: 'refused' | 'failed' | 'lost',
  reason: string,
): Promise<void> {
  await move(engine, delivery, 'give_up', { verdict, reason });
}

function startOf({ key, request, intendedAtMs }: StoredDelivery): Start<unknown> {
  return { key, request, intendedAtMs: intendedAtMs ?? 0 };
}

function later(engine: Engine, { tries }: StoredDelivery, error: unknown) {
  const retryAfterMs = error instanceof TransientError ? (error.retryAfterMs ?? 0) : 0;
  const wait = waitMs(engine.settings.backoff, tries, { chance: engine.chance(), retryAfterMs });
  return { tries: tries + 1, dueAtMs: engine.now() + wait };
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const hint = 'hint' in error && typeof error.hint === 'string' ? ` (${error.hint})` : '';
  return `${error.message}${hint}`;
}
