import { waitMs } from '../model/backoff.ts';
import { conclude } from '../model/conclude.ts';
import type { Seen } from '../model/delivery.ts';
import type { Observation } from '../model/outcome.ts';
import type { StoredDelivery } from '../store/store.ts';
import { answerOf } from './call-limit.ts';
import type { Engine, StepRun } from './engine.ts';
import { inHand } from './in-hand.ts';
import { move, note } from './move.ts';

/**
 * Looks at all runs that are due, and ends the deliveries whose runs are over and proven, or
 * over and not.
 */
export async function follow(engine: Engine, signal: AbortSignal): Promise<StepRun> {
  const { concurrency: limit, leaseMs } = engine.settings;
  const claimed = await engine.store.claimToFollow({ owner: engine.owner, leaseMs, limit });
  const due = claimed.map((delivery) => ({ delivery }));
  await inHand(engine, due, ({ delivery }) => followOne(engine, delivery, signal));
  return { handled: due.length };
}

async function followOne(
  engine: Engine,
  delivery: StoredDelivery,
  signal: AbortSignal,
): Promise<void> {
  const looked = await answerOf(engine, signal, (limit) => look(engine, delivery, limit));
  if (looked.kind === 'answered') {
    await decide(engine, delivery, looked.result);
  } else {
    signal.throwIfAborted();
    await outOfSight(engine, delivery, looked.error);
  }
}

interface Look {
  readonly run: Observation;
  readonly evidence: readonly Observation[];
}

async function look(engine: Engine, delivery: StoredDelivery, limit: AbortSignal): Promise<Look> {
  const target = engine.targets.get(delivery.target);
  const { run } = delivery;
  if (!target || !run) throw new Error(`no target is called ${delivery.target} any more`);
  const observed = await target.check(run, limit);
  // Reading what a run printed is dear, and it may have printed half a line: not before its end.
  const isOver = observed.state.kind === 'ended';
  const output = async () => (isOver ? await target.output(run, limit) : '');
  return { run: observed, evidence: await evidenceOf(engine, delivery, { output, limit }) };
}

async function evidenceOf(
  engine: Engine,
  delivery: StoredDelivery,
  { output, limit }: { readonly output: () => Promise<string>; readonly limit: AbortSignal },
): Promise<readonly Observation[]> {
  const { requirement } = delivery;
  if (!requirement) return [];
  const proof = engine.proof(requirement);
  if (!proof) throw new Error(`no source is called ${requirement.source} any more`);
  return await proof.collect(
    {
      key: delivery.key,
      intendedAtMs: delivery.intendedAtMs ?? delivery.createdAtMs,
      output,
    },
    limit,
  );
}

async function decide(
  engine: Engine,
  delivery: StoredDelivery,
  { run, evidence }: Look,
): Promise<void> {
  const nowMs = engine.now();
  const { pollMs, proofWaitMs } = engine.settings;
  const overSinceMs = run.state.kind === 'ended' ? (delivery.seen?.overSinceMs ?? nowMs) : null;
  const seen: Seen = { run, evidence, overSinceMs };
  const conclusion = conclude({
    run,
    evidence,
    isRequired: delivery.requirement !== null,
    overForMs: nowMs - (overSinceMs ?? nowMs),
    proofWaitMs,
  });
  if (conclusion.kind === 'outcome') {
    const { verdict, reason } = conclusion.outcome;
    await move(engine, delivery, 'ended', { seen, verdict, reason, seenAtMs: nowMs });
    return;
  }
  await note(engine, delivery, {
    ...(isNews(delivery.seen, seen) && { seen }),
    seenAtMs: nowMs,
    tries: 0,
    dueAtMs: nowMs + pollMs,
    reason: conclusion.because,
  });
}

function isNews(before: Seen | null, now: Seen): boolean {
  return JSON.stringify(before) !== JSON.stringify(now);
}

/** Nothing can be said of a run that cannot be seen, but that contact is lost; in the end. */
async function outOfSight(engine: Engine, delivery: StoredDelivery, error: unknown): Promise<void> {
  const nowMs = engine.now();
  const message = error instanceof Error ? error.message : String(error);
  const lastSeenMs = delivery.seenAtMs ?? delivery.sinceMs;
  if (nowMs - lastSeenMs > engine.settings.lostAfterMs) {
    const reason = `contact lost, the run may be going on: ${message}`;
    await move(engine, delivery, 'ended', { verdict: 'lost', reason });
    return;
  }
  const tries = delivery.tries + 1;
  const wait = waitMs(engine.settings.backoff, tries, { chance: engine.chance() });
  await note(engine, delivery, {
    tries,
    dueAtMs: nowMs + wait,
    reason: `cannot be seen just now: ${message}`,
  });
}
