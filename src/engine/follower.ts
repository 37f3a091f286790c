import { waitMs } from '../model/backoff.ts';
import { conclude } from '../model/conclude.ts';
import type { Delivery, Seen } from '../model/delivery.ts';
import type { Observation } from '../model/outcome.ts';
import { allOf } from './all-of.ts';
import { within } from './call-limit.ts';
import type { Engine, StepRun } from './engine.ts';
import { move, note } from './move.ts';

/**
 * Looks at all runs that are due, and ends the deliveries whose runs are over and proven, or
 * over and not.
 */
export async function follow(engine: Engine, signal: AbortSignal): Promise<StepRun> {
  const due = await engine.store.dueToFollow(engine.now(), engine.settings.concurrency);
  await allOf(due.map((delivery) => followOne(engine, delivery, signal)));
  return { handled: due.length };
}

async function followOne(engine: Engine, delivery: Delivery, signal: AbortSignal): Promise<void> {
  try {
    const seen = await look(engine, delivery, signal);
    await decide(engine, delivery, seen);
  } catch (error) {
    signal.throwIfAborted();
    await outOfSight(engine, delivery, error);
  }
}

interface Look {
  readonly run: Observation;
  readonly evidence: readonly Observation[];
}

async function look(engine: Engine, delivery: Delivery, signal: AbortSignal): Promise<Look> {
  const target = engine.targets.get(delivery.target);
  const { run } = delivery;
  if (!target || !run) throw new Error(`no target is called ${delivery.target} any more`);
  return await within(engine, signal, async (limit) => {
    const observed = await target.check(run, limit);
    // Reading what a run printed is dear, and it may have printed half a line: not before its end.
    const isOver = observed.state.kind === 'ended';
    const output = async () => (isOver ? await target.output(run, limit) : '');
    return { run: observed, evidence: await evidenceOf(engine, delivery, { output, limit }) };
  });
}

async function evidenceOf(
  engine: Engine,
  delivery: Delivery,
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

async function decide(engine: Engine, delivery: Delivery, { run, evidence }: Look): Promise<void> {
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
async function outOfSight(engine: Engine, delivery: Delivery, error: unknown): Promise<void> {
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
