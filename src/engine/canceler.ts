import { PermanentError } from '../lib/errors.ts';
import type { StoredDelivery } from '../store/store.ts';
import { answerOf } from './call-limit.ts';
import type { Engine, StepRun } from './engine.ts';
import { inHand } from './in-hand.ts';
import { endCanceled } from './move.ts';

/**
 * Asks the targets to cancel the runs that people want canceled. The verdict comes from following
 * the run to its real end, as ever: it may succeed while it is being asked.
 */
export async function cancel(engine: Engine, signal: AbortSignal): Promise<StepRun> {
  const { concurrency: limit, leaseMs } = engine.settings;
  const claimed = await engine.store.claimToCancel({ owner: engine.owner, leaseMs, limit });
  const due = claimed.map((delivery) => ({ delivery }));
  await inHand(engine, due, ({ delivery }) => cancelOne(engine, delivery, signal));
  return { handled: due.length };
}

async function cancelOne(engine: Engine, delivery: StoredDelivery, signal: AbortSignal) {
  const { run, cancel: wish, target: name } = delivery;
  if (!wish) return await engine.store.release(delivery);
  if (delivery.phase !== 'running') return await endCanceled(engine, delivery, wish);
  const target = engine.targets.get(name);
  if (!run || !target) {
    return await say(engine, delivery, { say: `cannot be canceled: no target is called ${name}` });
  }
  const answer = await answerOf(engine, signal, (limit) => target.cancel(run, limit));
  if (answer.kind === 'answered') {
    return await say(engine, delivery, { say: `asked ${name} to cancel run ${run.id}` });
  }
  signal.throwIfAborted();
  const message = answer.error instanceof Error ? answer.error.message : String(answer.error);
  const isFinal = answer.error instanceof PermanentError;
  await say(engine, delivery, {
    say: `cannot be canceled${isFinal ? '' : ' just now'}: ${message}`,
    againAtMs: isFinal ? null : againAtMs(engine, wish.atMs),
  });
}

/** Waits about as long as has passed since the wish, so that it is asked ever less often. */
function againAtMs({ now, settings: { backoff } }: Engine, wishedAtMs: number): number {
  const passedMs = now() - wishedAtMs;
  return now() + Math.min(Math.max(passedMs, backoff.firstMs), backoff.longestMs);
}

async function say(
  engine: Engine,
  delivery: StoredDelivery,
  said: { readonly say: string; readonly againAtMs?: number | null },
): Promise<void> {
  await engine.store.saveCancel(delivery, { againAtMs: null, atMs: engine.now(), ...said });
  engine.log.info({ delivery: delivery.id, said: said.say }, 'cancel handled');
  engine.changed(delivery.event);
}
