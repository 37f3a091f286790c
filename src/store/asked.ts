import type { NextAttempt } from '../model/plan-replay.ts';
import { reportForms } from '../model/report.ts';
import type { Wish } from '../model/wish.ts';
import type { CancelAnswer, CancelRequest, SavedCancel } from './asking.ts';
import type { Dialect } from './dialect.ts';
import { type Row, type Script, sql } from './statement.ts';
import { type Claim, type Held, LeaseLost } from './store.ts';
import { addLine, addReports } from './writes.ts';

/*
 * What people do goes past the lease. Where nothing can be under way they take the delivery out of
 * whoever's hands it is in: its new epoch keeps the one who had it from going on.
 */

/** Ends what has not begun to start, or remembers that its run is to be canceled. */
export function* askToCancel({ id, attempt, wish, reasons }: CancelRequest): Script<CancelAnswer> {
  const { atMs } = wish;
  const json = JSON.stringify(wish);
  const [ended] = yield sql`
    update deliveries set phase = 'ended', verdict = 'canceled', reason = ${reasons.ended},
      turn = null, cancel = ${json}, cancel_due_ms = null, since_ms = ${atMs}, due_at_ms = ${atMs},
      owner = null, leased_until_ms = 0, epoch = epoch + 1
    where id = ${id} and attempt = coalesce(${attempt}, attempt)
      and phase in ('pending', 'held', 'waiting')
    returning event, reports`;
  if (ended) {
    yield* addLine({ id, phase: 'ended', reason: reasons.ended, atMs });
    yield* addReports({ id, sinceMs: atMs }, formsIn(ended));
    return { kind: 'canceled', event: String(ended['event']) };
  }
  return yield* rememberToCancel({ id, attempt, wish, reasons });
}

/**
 * Whoever looks for the run of an uncertain one has to know of the wish before it starts it again:
 * it loses it. A start that is under way goes on, for only it will hear which run it made.
 */
function* rememberToCancel({ id, attempt, wish, reasons }: CancelRequest): Script<CancelAnswer> {
  const { atMs } = wish;
  const [asked] = yield sql`
    update deliveries set cancel = ${JSON.stringify(wish)}, cancel_due_ms = ${atMs},
      owner = case when phase = 'uncertain' then null else owner end,
      leased_until_ms = case when phase = 'uncertain' then 0 else leased_until_ms end,
      epoch = case when phase = 'uncertain' then epoch + 1 else epoch end
    where id = ${id} and attempt = coalesce(${attempt}, attempt)
      and phase in ('starting', 'uncertain', 'running')
    returning event, phase`;
  if (asked) {
    yield* addLine({ id, phase: String(asked['phase']), reason: reasons.wished, atMs });
    return { kind: 'asked', event: String(asked['event']) };
  }
  const [known] = yield sql`select id from deliveries where id = ${id}`;
  return { kind: known ? 'over' : 'unknown' };
}

function formsIn(row: Row) {
  const forms: unknown = JSON.parse(String(row['reports']));
  return Array.isArray(forms) ? reportForms.filter((form) => forms.includes(form)) : [];
}

/** Claims what is to be canceled, but for what is just being started or looked for. */
export function* claimToCancel(
  dialect: Dialect,
  { owner, leaseMs, limit }: Claim,
): Script<readonly Held[]> {
  const nowMs = yield* dialect.clock();
  const rows = yield sql`
    with due as materialized (
      select d.id from deliveries d
      where d.cancel_due_ms <= ${nowMs} and d.verdict is null
        and d.phase in ('pending', 'held', 'waiting', 'running') and d.leased_until_ms <= ${nowMs}
      order by d.cancel_due_ms limit ${limit} + 0
      for update of d skip locked
    )
    update deliveries set owner = ${owner}, epoch = epoch + 1, leased_until_ms = ${nowMs + leaseMs}
    from due where deliveries.id = due.id returning deliveries.id, epoch`;
  return rows.map((row) => ({ id: String(row['id']), epoch: Number(row['epoch']) }));
}

/** Stores what came of it, and has the run looked at soon. */
export function* saveCancel(
  { id, epoch }: Held,
  { againAtMs, say, atMs }: SavedCancel,
): Script<void> {
  const [saved] = yield sql`
    update deliveries set cancel_due_ms = ${againAtMs}, due_at_ms = ${atMs}, reason = ${say},
      owner = null, leased_until_ms = 0, epoch = epoch + 1
    where id = ${id} and epoch = ${epoch} returning phase`;
  if (!saved) throw new LeaseLost(id);
  yield* addLine({ id, phase: String(saved['phase']), reason: say, atMs });
}

/** Puts a dead letter aside, once. */
export function* dismiss({
  id,
  wish,
  reason,
}: {
  readonly id: string;
  readonly wish: Wish;
  readonly reason: string;
}): Script<boolean> {
  const updated = yield sql`
    update deliveries set dismissed = ${JSON.stringify(wish)}
    where id = ${id} and phase = 'dead' and dismissed is null returning id`;
  if (updated.length === 0) return false;
  yield* addLine({ id, phase: 'dead', reason, atMs: wish.atMs });
  return true;
}

/** Keeps what is known of the attempt that is over, and begins the next: of many who try, one. */
export function* startAgain(
  id: string,
  next: NextAttempt,
  { reason, atMs }: { readonly reason: string; readonly atMs: number },
): Script<boolean> {
  const before = next.attempt - 1;
  const kept = yield sql`
    insert into attempts (delivery, attempt, key, target, request, run, verdict, reason, ended_at_ms)
    select id, attempt, key, target, request, run, verdict, reason, since_ms from deliveries
    where id = ${id} and attempt = ${before} and verdict is not null
    on conflict (delivery, attempt) do nothing returning attempt`;
  if (kept.length === 0) return false;
  // It may be of another key now: who waits for it of the old one asks anew.
  yield sql`
    update deliveries set phase = 'pending'
    where phase = 'held' and turn is null and id = (
      select min(h.id) from deliveries h
      where h.one_at_a_time = (select d.one_at_a_time from deliveries d where d.id = ${id})
        and h.verdict is null)`;
  const updated = yield sql`
    update deliveries set phase = 'pending', attempt = ${next.attempt}, key = ${next.key},
      target = ${next.target}, request = ${JSON.stringify(next.request)},
      one_at_a_time = ${next.oneAtATime}, when_busy = ${next.whenBusy},
      holds_key = ${next.oneAtATime === null ? 0 : 1}, turn = null,
      requirement = ${next.requirement && JSON.stringify(next.requirement)},
      reports = ${JSON.stringify(next.reports)}, tries = 0, intended_at_ms = null,
      since_ms = ${atMs}, due_at_ms = ${atMs}, run = null, run_id = null, seen = null, seen_at_ms = null,
      verdict = null, reason = ${reason}, cancel = null, cancel_due_ms = null, dismissed = null,
      owner = null, leased_until_ms = 0, epoch = epoch + 1
    where id = ${id} and attempt = ${before} and verdict is not null returning id`;
  // Undoes what was kept: the same two conditions held a moment ago.
  if (updated.length === 0) throw new LeaseLost(id);
  // What is said of the attempt before is on the timeline; the next one's end is written anew.
  yield sql`delete from reports where delivery = ${id}`;
  yield* addLine({ id, phase: 'pending', reason, atMs });
  return true;
}
