import { atMost, type Turns } from '../lib/at-most.ts';
import { TransientError } from '../lib/errors.ts';
import { waitMs } from '../model/backoff.ts';
import { conclude } from '../model/conclude.ts';
import { isContactLost } from '../model/contact.ts';
import type { Seen } from '../model/delivery.ts';
import { lookAgainAtMs } from '../model/look-again.ts';
import type { StoredDelivery } from '../store/store.ts';
import { type Answer, answerOf } from './call-limit.ts';
import { look, type Sight } from './closer-look.ts';
import type { Engine, StepRun } from './engine.ts';
import { inHand } from './in-hand.ts';
import { GLANCE_AT, type Glanced, glanceAt, heed, type Lane, openLane } from './lane.ts';
import { move, note } from './move.ts';

/** How many calls that look closely at the runs of one target are under way at a time. */
const AT_ONCE = 4;

/** Looks at the runs that are due, and ends the deliveries whose runs are over. */
export type Follow = (signal: AbortSignal) => Promise<StepRun>;

/**
 * One step for each target, so that one which does not answer keeps no other waiting, and one for
 * the deliveries whose target is no longer in the configuration.
 */
export function openFollowers(engine: Engine): readonly Follow[] {
  const followers = [...engine.targets].map(([name, target]): Follow => {
    const lane = openLane(engine, target);
    const turns = atMost(AT_ONCE);
    return (signal) => followTarget(engine, name, { lane, turns, signal });
  });
  return [...followers, () => followStrays(engine)];
}

interface Following {
  readonly lane: Lane;
  readonly turns: Turns;
  readonly signal: AbortSignal;
}

async function followTarget(engine: Engine, name: string, following: Following): Promise<StepRun> {
  const { lane, signal } = following;
  if (lane.isQuiet()) return { handled: 0 };
  const limit = lane.target.glance ? GLANCE_AT : engine.settings.concurrency;
  const claimed = await claim(engine, name, limit);
  const glancing = glanceAt(engine, lane, { claimed, signal });
  const due = claimed.map((delivery) => ({ delivery }));
  await inHand(engine, due, async ({ delivery }) => {
    await followOne(engine, delivery, { ...following, glanced: await glancing });
  });
  return { handled: due.length };
}

async function claim(engine: Engine, target: string, limit: number) {
  const { owner, settings, store } = engine;
  return await store.claimToFollow(target, { owner, leaseMs: settings.leaseMs, limit });
}

async function followOne(
  engine: Engine,
  delivery: StoredDelivery,
  { lane, turns, signal, glanced }: Following & { readonly glanced: Glanced },
): Promise<void> {
  if (glanced.kind === 'failed') {
    signal.throwIfAborted();
    await outOfSight(engine, delivery, glanced.error);
    return;
  }
  const running = glanced.result.get(delivery.run?.id ?? '');
  if (running && running !== 'over' && !lane.spend()) {
    await decide(engine, delivery, { run: running, evidence: delivery.seen?.evidence ?? [] });
    return;
  }
  // The turn ends with the call: what came of it is stored together with the others' outcomes.
  const looked = await turns(async () => {
    if (lane.isQuiet()) return null;
    const answer = await answerOf(engine, signal, (limit) => look(engine, delivery, limit));
    // Before the next has its turn: it may have been asked not to call.
    if (answer.kind === 'failed' && !signal.aborted) heed(lane, answer.error);
    return answer;
  });
  if (looked) await settle(engine, delivery, { looked, signal });
  else await putOff(engine, delivery, lane.quietUntilMs());
}

async function settle(
  engine: Engine,
  delivery: StoredDelivery,
  { looked, signal }: { readonly looked: Answer<Sight>; readonly signal: AbortSignal },
): Promise<void> {
  if (looked.kind === 'answered') {
    await decide(engine, delivery, looked.result);
  } else {
    signal.throwIfAborted();
    await outOfSight(engine, delivery, looked.error);
  }
}

/** The target asked to be left alone after we had claimed it: no look, and no try. */
async function putOff(engine: Engine, delivery: StoredDelivery, dueAtMs: number): Promise<void> {
  await note(engine, delivery, { dueAtMs, reason: delivery.reason });
}

async function decide(
  engine: Engine,
  delivery: StoredDelivery,
  { run, evidence }: Sight,
): Promise<void> {
  const nowMs = engine.now();
  const { pollMs, longestPollMs, proofWaitMs } = engine.settings;
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
  const forMs = nowMs - (overSinceMs ?? delivery.sinceMs);
  await note(engine, delivery, {
    ...(isNews(delivery.seen, seen) && { seen }),
    seenAtMs: nowMs,
    tries: 0,
    dueAtMs: lookAgainAtMs(nowMs, { forMs, pollMs, longestPollMs }),
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
  const tries = delivery.tries + 1;
  const { lostAfterMs } = engine.settings;
  if (isContactLost({ unseenForMs: nowMs - lastSeenMs, failedLooks: tries, lostAfterMs })) {
    const reason = `contact lost, the run may be going on: ${message}`;
    await move(engine, delivery, 'ended', { verdict: 'lost', reason });
    return;
  }
  const { chance } = engine;
  const retryAfterMs = error instanceof TransientError ? (error.retryAfterMs ?? 0) : 0;
  const wait = waitMs(engine.settings.backoff, tries, { chance: chance(), retryAfterMs });
  await note(engine, delivery, {
    tries,
    dueAtMs: nowMs + wait,
    reason: `cannot be seen just now: ${message}`,
  });
}

/** What a target's name meant is forgotten with it: its runs are out of sight. */
async function followStrays(engine: Engine): Promise<StepRun> {
  let handled = 0;
  for (const name of await engine.store.targetsFollowed()) {
    if (engine.targets.has(name)) continue;
    const claimed = await claim(engine, name, engine.settings.concurrency);
    const gone = new Error(`no target is called ${name} any more`);
    const due = claimed.map((delivery) => ({ delivery }));
    await inHand(engine, due, ({ delivery }) => outOfSight(engine, delivery, gone));
    handled += due.length;
  }
  return { handled };
}
