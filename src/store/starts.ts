import { afterCall, afterProbe, callsOf } from '../model/breaker.ts';
import { allowanceAt } from '../model/rate.ts';
import { claimByTurn, claimToLookFor, type Round, underWayAt } from './claim-by-turn.ts';
import type { Dialect } from './dialect.ts';
import { type Script, sql } from './statement.ts';
import type { Held, StartClaim, Target, TargetRoom } from './store.ts';
import { lockTargets, saveTarget } from './target-rows.ts';
import { callNextOfKeys, giveTurns } from './turns.ts';

/** What was claimed, by its ids. */
export interface HeldStarts {
  readonly toStart: readonly Held[];
  readonly toLookFor: readonly Held[];
  readonly passedOver: readonly string[];
  readonly targets: readonly Target[];
  readonly isBusy: boolean;
}

/** For another target than we know of: a process with a newer configuration may know it. */
const STRANDED_MS = 15 * 60_000;
const STRANDED_AT_ONCE = 8;

/**
 * Claims deliveries to be started: all of it in one transaction, and one process at a time. Who
 * comes while another claims does not wait: a queue of claims would hold what each of them holds.
 */
export function* claimToStart(dialect: Dialect, claim: StartClaim): Script<HeldStarts> {
  const nowMs = yield* dialect.clock();
  const work = yield* workAt(nowMs);
  if (!work.isAny && claim.heard.length === 0) return nothing;
  if (!(yield* dialect.tryLock('claim to start'))) return { ...nothing, isBusy: true };

  const before = yield* lockTargets(claim.targets.map(({ name }) => name));
  const heard = before.map((target) => afterHearing(target, claim));
  if (work.isWithoutTurn) yield* giveTurns(nowMs);
  if (work.isDoneWithKey) yield* callNextOfKeys();

  const found: Pick<HeldStarts, 'toStart' | 'toLookFor' | 'passedOver'>[] = [];
  const targets: Target[] = [];
  for (const [index, target] of heard.entries()) {
    const claimed = work.isAny ? yield* claimAt(target, claim, nowMs) : { ...nothing, target };
    if (JSON.stringify(claimed.target) !== JSON.stringify(before[index])) {
      yield* saveTarget(claimed.target);
    }
    found.push(claimed);
    targets.push(claimed.target);
  }
  return {
    toStart: found.flatMap(({ toStart }) => toStart),
    toLookFor: found.flatMap(({ toLookFor }) => toLookFor),
    passedOver: found.flatMap(({ passedOver }) => passedOver),
    targets,
    isBusy: false,
  };
}

const nothing: HeldStarts = {
  toStart: [],
  toLookFor: [],
  passedOver: [],
  targets: [],
  isBusy: false,
};

interface Work {
  readonly isAny: boolean;
  readonly isWithoutTurn: boolean;
  readonly isDoneWithKey: boolean;
}

/**
 * Whether there may be anything to do; asked before anybody else is kept out.
 *
 * In the order of an index each: asked for just any, Postgres hopes to come across one soon, and
 * looks at all that is over.
 */
function* workAt(nowMs: number): Script<Work> {
  const [row] = yield sql`
    select
      (select id from deliveries
        where turn is not null and phase in ('pending', 'held', 'waiting')
        order by target, turn, id limit 1) as queued,
      (select id from deliveries
        where turn is null and phase in ('pending', 'waiting') and due_at_ms <= ${nowMs}
        order by due_at_ms limit 1) as due,
      (select id from deliveries
        where phase in ('starting', 'uncertain') and due_at_ms <= ${nowMs}
        order by target, due_at_ms limit 1) as unclear,
      (select id from deliveries
        where holds_key = 1 and verdict is not null order by id limit 1) as done`;
  const isWithoutTurn = typeof row?.['due'] === 'string';
  const isDoneWithKey = typeof row?.['done'] === 'string';
  const isThere = typeof row?.['queued'] === 'string' || typeof row?.['unclear'] === 'string';
  return { isWithoutTurn, isDoneWithKey, isAny: isThere || isWithoutTurn || isDoneWithKey };
}

function afterHearing(target: Target, { heard, chance }: StartClaim): Target {
  const breaker = heard
    .filter((one) => one.target === target.name)
    .reduce((so, one) => afterCall(so, one.heard, chance), target.breaker);
  return { ...target, breaker };
}

/** What one target takes, and how it stands then. */
function* claimAt(target: Target, claim: StartClaim, nowMs: number) {
  const room = claim.targets.find(({ name }) => name === target.name) ?? strandedAt(target.name);
  const isKnown = claim.targets.includes(room);
  const { startsPerMinute, concurrent } = room.limits;
  const allowance =
    startsPerMinute === null
      ? target.allowance
      : allowanceAt(target.allowance, startsPerMinute, nowMs);
  const allowed = startsPerMinute === null ? room.room : Math.floor(allowance.starts);
  const calls = callsOf(target.breaker, Math.min(room.room, allowed), nowMs);
  const sinceMs = isKnown ? nowMs : nowMs - STRANDED_MS;
  const round: Round = { ...claim, target: target.name, nowMs, sinceMs };

  const toLookFor = yield* claimToLookFor(round, calls);
  const left = calls - toLookFor.length;
  const free = concurrent === null || left === 0 ? left : yield* freeAt(target, concurrent, left);
  const { toStart, passedOver } = yield* claimByTurn(round, free);

  const taken = toLookFor.length + toStart.length;
  const { leaseMs: patienceMs } = claim;
  const after: Target = {
    ...target,
    allowance:
      startsPerMinute === null ? allowance : { ...allowance, starts: allowance.starts - taken },
    breaker: taken > 0 ? afterProbe(target.breaker, { nowMs, patienceMs }) : target.breaker,
  };
  return { toStart, toLookFor, passedOver, target: after };
}

function* freeAt({ name }: Target, concurrent: number, wanted: number): Script<number> {
  return Math.min(wanted, concurrent - (yield* underWayAt(name, concurrent)));
}

function strandedAt(name: string): TargetRoom {
  return { name, room: STRANDED_AT_ONCE, limits: { concurrent: null, startsPerMinute: null } };
}
