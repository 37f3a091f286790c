import { type Rivals, type Turn, turnOf, type WhenBusy } from '../model/one-at-a-time.ts';
import { type Row, type Script, sql } from './statement.ts';
import type { Held, StartClaim } from './store.ts';
import { supersede } from './writes.ts';

/** One claim at one target. */
export interface Round extends Pick<StartClaim, 'owner' | 'leaseMs' | 'settleMs'> {
  readonly target: string;
  readonly nowMs: number;
  /** What has been as it is since later than this is left alone. */
  readonly sinceMs: number;
}

/** Some may have to wait: so many more are looked at than there is room for. */
const LOOK_AHEAD = 32;

/** How many runs are under way at a target; it stops counting at `most`. */
export function* underWayAt(target: string, most: number): Script<number> {
  const [row] = yield sql`
    select count(*) as under_way from (
      select 1 from deliveries d where d.target = ${target}
        and d.phase in ('starting', 'uncertain', 'running') limit ${most} + 0
    ) as counted`;
  return Number(row?.['under_way']);
}

/** Claims starts that went unanswered, or whose process is no more, and that are to be looked for. */
export function* claimToLookFor(round: Round, room: number): Script<readonly Held[]> {
  if (room <= 0) return [];
  const { target, nowMs, sinceMs, owner, leaseMs } = round;
  const rows = yield sql`
    with due as materialized (
      select d.id from deliveries d
      where d.target = ${target} and d.phase in ('starting', 'uncertain')
        and d.due_at_ms <= ${nowMs} and d.leased_until_ms <= ${nowMs} and d.since_ms <= ${sinceMs}
      order by d.due_at_ms limit ${room} + 0
      for update of d skip locked
    )
    update deliveries set owner = ${owner}, epoch = epoch + 1, leased_until_ms = ${nowMs + leaseMs}
    from due where deliveries.id = due.id returning deliveries.id, epoch`;
  return rows.map(heldOf);
}

interface InTurn {
  readonly id: string;
  readonly event: string;
  readonly phase: string;
  readonly turn: Turn;
}

/** Claims those whose turn it is, and stores the intent; says of the others why they may not start. */
export function* claimByTurn(round: Round, room: number) {
  if (room <= 0) return { toStart: [], passedOver: [] };
  const all = yield* inTurn(round, room + LOOK_AHEAD);
  const starting = all.filter(({ turn }) => turn.kind === 'start').slice(0, room);
  const passed = all.filter(({ turn }) => turn.kind !== 'start');
  for (const one of passed) yield* passOver(round, one);
  const held = passed.filter(({ turn, phase }) => turn.kind === 'hold' && phase !== 'held');
  const toStart = yield* begin(round, starting);
  yield* sayWhereTheyStand([...starting, ...held], round.nowMs);
  return { toStart, passedOver: passed.map(({ event }) => event) };
}

/** Those whose turn comes first, each with who is before it in its one-at-a-time key. */
function* inTurn({ target, sinceMs }: Round, limit: number): Script<readonly InTurn[]> {
  const rows = yield sql`
    select d.id, d.event, d.phase, d.since_ms, d.one_at_a_time, d.when_busy,
      (select r.id from deliveries r where r.one_at_a_time = d.one_at_a_time and r.id <> d.id
        and r.phase in ('starting', 'waiting', 'uncertain', 'running')) as under_way,
      (select min(r.id) from deliveries r where r.one_at_a_time = d.one_at_a_time
        and r.verdict is null and r.id < d.id) as older,
      (select max(r.id) from deliveries r where r.one_at_a_time = d.one_at_a_time
        and r.verdict is null and r.id > d.id and r.phase in ('pending', 'held')) as newer
    from deliveries d
    where d.target = ${target} and d.turn is not null and d.phase in ('pending', 'held', 'waiting')
      and d.cancel is null
    order by d.turn, d.id limit ${limit} + 0
    for update of d skip locked`;
  return rows
    .filter((row) => Number(row['since_ms']) <= sinceMs)
    .map((row) => ({
      id: String(row['id']),
      event: String(row['event']),
      phase: String(row['phase']),
      turn: turnIn(row),
    }));
}

function turnIn(row: Row): Turn {
  // One that has been started before has its key.
  const hasKey = row['one_at_a_time'] === null || row['phase'] === 'waiting';
  const isNewest = row['when_busy'] === 'newest';
  if (hasKey && !isNewest) return { kind: 'start' };
  const rivals: Rivals = {
    underWay: hasKey ? null : idIn(row['under_way']),
    older: hasKey ? null : idIn(row['older']),
    newer: idIn(row['newer']),
  };
  const policy: WhenBusy = isNewest ? 'newest' : 'queue';
  return turnOf(rivals, policy);
}

function idIn(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** Takes out of the queue what may not start now: it is called again when its key is free. */
function* passOver({ nowMs }: Round, { id, turn }: InTurn): Script<void> {
  if (turn.kind === 'skip') yield* supersede(id, turn.because, nowMs);
  if (turn.kind !== 'hold') return;
  yield sql`update deliveries set phase = 'held', turn = null, holds_key = 1,
    reason = ${turn.because}, since_ms = ${nowMs} where id = ${id}`;
}

/**
 * Who finds one in `starting` when it is due need not wait before looking for its run: the call was
 * made while the lease ran, if at all, and the run that it caused has surfaced since.
 */
function* begin(round: Round, starting: readonly InTurn[]): Script<readonly Held[]> {
  if (starting.length === 0) return [];
  const { nowMs, owner, leaseMs, settleMs } = round;
  const rows = yield sql`
    update deliveries set phase = 'starting', turn = null, tries = tries + 1,
      holds_key = case when one_at_a_time is null then 0 else 1 end,
      intended_at_ms = coalesce(intended_at_ms, ${nowMs}),
      since_ms = ${nowMs}, due_at_ms = ${nowMs + leaseMs + settleMs},
      reason = case when tries = 0 then 'starting a run at ' || target
        else 'starting again, try ' || (tries + 1) end,
      owner = ${owner}, epoch = epoch + 1, leased_until_ms = ${nowMs + leaseMs}
    where id in (select value from json_each(cast(${listOf(starting)} as text)))
    returning id, epoch`;
  return rows.map(heldOf);
}

/** Adds to the timelines where these stand now. */
function* sayWhereTheyStand(moved: readonly InTurn[], atMs: number): Script<void> {
  if (moved.length === 0) return;
  yield sql`
    insert into transitions (delivery, at_ms, phase, reason)
    select d.id, ${atMs}, d.phase, d.reason from deliveries d
    where d.id in (select value from json_each(cast(${listOf(moved)} as text)))
    order by d.id`;
}

function listOf(some: readonly InTurn[]): string {
  return JSON.stringify(some.map(({ id }) => id));
}

function heldOf(row: Row): Held {
  return { id: String(row['id']), epoch: Number(row['epoch']) };
}
