import type { Delivery } from '../model/delivery.ts';
import type { Event } from '../model/event.ts';
import { supersededBy } from '../model/one-at-a-time.ts';
import type { ReportForm } from '../model/report.ts';
import type { Dialect } from './dialect.ts';
import { deliveryRow, eventRow, reportFormsOf, standingRow } from './rows.ts';
import { countOf, type Script, sql } from './statement.ts';
import {
  type Added,
  type Held,
  type KnownStanding,
  LeaseLost,
  type NewDelivery,
  type ReportRecord,
  type Saved,
  type Store,
  type StoredDelivery,
} from './store.ts';
import { toldBefore } from './told-before.ts';

/** Stores an event with its deliveries, unless it is one that was told before. */
export function* addEvent(
  dialect: Dialect,
  event: Event,
  deliveries: readonly NewDelivery[],
): Script<Added> {
  const key = versionKey(event);
  if (key !== null) yield* dialect.lock(key);
  const found = yield* toldBefore(event);
  if (found !== null) return { kind: 'duplicate', id: found };
  const row = eventRow(event);
  const added = yield sql`
    insert into events (id, identity, told_at_ms, source, type, model, version, occurred_at_ms,
      received_at_ms, recovered, fields)
    values (${row.id}, ${row.identity}, ${row.told_at_ms}, ${row.source}, ${row.type}, ${row.model},
      ${row.version}, ${row.occurred_at_ms}, ${row.received_at_ms}, ${row.recovered}, ${row.fields})
    on conflict (source, told_at_ms, identity) do nothing`;
  if (countOf(added) === 0) {
    const [known] = yield sql`select id from events where source = ${row.source}
      and told_at_ms = ${row.told_at_ms} and identity = ${row.identity}`;
    return { kind: 'duplicate', id: String(known?.['id']) };
  }
  for (const delivery of deliveries) yield* addDelivery({ ...delivery, event: event.id });
  const standing = standingBy(event);
  if (standing) yield* putStanding(event.source, standing);
  return { kind: 'new', id: event.id };
}

/**
 * What two tellings of one change of stage have in common: who adds one must see the other, by
 * webhook and by comparison. Of everything else two tellings have the same identity, and the
 * database keeps one: null.
 */
export function versionKey({ type, source, model, version }: Event): string | null {
  if (type !== 'model_version.stage_changed') return null;
  // Where two come to the same key, one waits for the other, and no harm is done.
  return `${source}|${model}|${version}`;
}

function* addDelivery(delivery: Delivery): Script<void> {
  const row = deliveryRow(delivery);
  const isDue = row.phase === 'pending' && row.due_at_ms <= row.created_at_ms;
  yield sql`
    insert into deliveries (id, event, rule, target, phase, attempt, key, request, lane,
      one_at_a_time, when_busy, holds_key, requirement, reports, tries, intended_at_ms, since_ms,
      due_at_ms, created_at_ms, run, run_id, seen, seen_at_ms, verdict, reason, turn)
    values (${row.id}, ${row.event}, ${row.rule}, ${row.target}, ${row.phase}, ${row.attempt},
      ${row.key}, ${row.request}, ${row.lane}, ${row.one_at_a_time}, ${row.when_busy},
      ${row.one_at_a_time === null ? 0 : 1}, ${row.requirement}, ${row.reports}, ${row.tries},
      ${row.intended_at_ms}, ${row.since_ms}, ${row.due_at_ms}, ${row.created_at_ms}, ${row.run},
      ${row.run_id}, ${row.seen}, ${row.seen_at_ms}, ${row.verdict}, ${row.reason},
      case when ${isDue ? 1 : 0} = 1 then (
        select max(next.turn) from (
          select max(q.turn) + 1 as turn from deliveries q
          where q.target = ${row.target} and q.lane = ${row.lane}
            and q.turn is not null and q.phase in ('pending', 'held', 'waiting')
          union all select min(q.turn) from deliveries q
          where q.target = ${row.target}
            and q.turn is not null and q.phase in ('pending', 'held', 'waiting')
          union all select 1
        ) as next
      ) end)`;
  yield* addLine({ ...row, atMs: row.created_at_ms });
  if (delivery.phase === 'dead') yield* addReports(delivery, delivery.reports);
  if (delivery.whenBusy === 'newest') yield* supersedeOlder(delivery);
}

/** Ends those of a one-at-a-time key that have not begun: of them all the newest runs. */
function* supersedeOlder({ id, oneAtATime, createdAtMs: atMs }: Delivery): Script<void> {
  const older = yield sql`
    select d.id from deliveries d
    where d.one_at_a_time = ${oneAtATime} and d.verdict is null and d.id < ${id}
      and d.phase in ('pending', 'held', 'waiting')`;
  for (const row of older) yield* supersede(String(row['id']), supersededBy(id), atMs);
}

/** Ends a delivery that has not begun, because a newer one takes its place. */
export function* supersede(id: string, because: string, atMs: number): Script<void> {
  const [ended] = yield sql`
    update deliveries set phase = 'ended', verdict = 'skipped', reason = ${because}, turn = null,
      since_ms = ${atMs}, due_at_ms = ${atMs}, owner = null, leased_until_ms = 0, epoch = epoch + 1
    where id = ${id} and phase in ('pending', 'held', 'waiting') returning reports`;
  if (!ended) return;
  yield* addLine({ id, phase: 'ended', reason: because, atMs });
  yield* addReports({ id, sinceMs: atMs }, reportFormsOf(ended['reports']));
}

/**
 * Stores a delivery as it is now, if it is still in those hands. What an attempt begins with (its
 * key, target, request …) stays as it was: naming a column writes its indexes anew.
 */
export function* save(delivery: StoredDelivery, saved: Saved): Script<StoredDelivery> {
  const row = deliveryRow(delivery);
  const [keep, letGo] = saved.keep === true ? [1, 0] : [0, 1];
  const updated = yield sql`
    update deliveries set phase = ${row.phase}, lane = ${row.lane}, turn = null,
      tries = ${row.tries}, intended_at_ms = ${row.intended_at_ms}, since_ms = ${row.since_ms},
      due_at_ms = ${row.due_at_ms}, run = ${row.run}, run_id = ${row.run_id}, seen = ${row.seen},
      seen_at_ms = ${row.seen_at_ms}, verdict = ${row.verdict}, reason = ${row.reason},
      owner = case when ${keep} = 1 then owner end, leased_until_ms = leased_until_ms * ${keep},
      epoch = epoch + ${letGo}
    where id = ${row.id} and epoch = ${delivery.epoch}`;
  if (countOf(updated) === 0) throw new LeaseLost(delivery.id);
  const { say, atMs, report } = saved;
  if (say !== undefined) yield* addLine({ ...row, reason: say, atMs });
  yield* addReports(delivery, saved.reports ?? []);
  if (report) yield* putReport(report);
  return { ...delivery, epoch: delivery.epoch + letGo };
}

/** Stores how a report stands, if its delivery is still in those hands. */
export function* saveReport(dialect: Dialect, held: Held, report: ReportRecord): Script<void> {
  yield* dialect.hold(held);
  yield* putReport(report);
}

function* putReport({ delivery, form, state, tries, dueAtMs, atMs, reason }: ReportRecord) {
  yield sql`update reports set state = ${state}, tries = ${tries}, due_at_ms = ${dueAtMs},
    at_ms = ${atMs}, reason = ${reason} where delivery = ${delivery} and form = ${form}`;
}

/** What is to be written back; a later attempt's outcome takes the place of an earlier one's. */
export function* addReports(
  { id, sinceMs }: Pick<Delivery, 'id' | 'sinceMs'>,
  forms: readonly ReportForm[],
): Script<void> {
  for (const form of forms) {
    yield sql`
      insert into reports (delivery, form, state, tries, due_at_ms, at_ms, reason)
      values (${id}, ${form}, 'pending', 0, ${sinceMs}, ${sinceMs},
        'to be written')
      on conflict (delivery, form) do update set state = excluded.state, tries = excluded.tries,
        due_at_ms = excluded.due_at_ms, at_ms = excluded.at_ms, reason = excluded.reason`;
  }
}

/** Counts a request that was turned away. */
export function* countRefusal({
  source,
  reason,
  atMs,
}: Parameters<Store['countRefusal']>[0]): Script<void> {
  yield sql`insert into refusals (source, reason, count, last_at_ms)
    values (${source}, ${reason}, 1, ${atMs})
    on conflict (source, reason) do update set count = refusals.count + 1,
      last_at_ms = excluded.last_at_ms`;
}

/** Notes a finished comparison; the first one also where versions stand by it. */
export function* saveSurvey({
  source,
  atMs,
  standings,
}: Parameters<Store['saveSurvey']>[0]): Script<void> {
  // Of several processes whose first comparison it is, one says where versions stand: what changes
  // after its look is for the next one to find.
  const before = yield sql`select at_ms from surveys where source = ${source}`;
  if (before.length === 0) {
    for (const standing of standings) yield* putStanding(source, standing);
  }
  yield sql`insert into surveys (source, at_ms) values (${source}, ${atMs})
    on conflict (source) do update set at_ms = excluded.at_ms`;
}

function standingBy(event: Event): KnownStanding | null {
  if (event.type !== 'model_version.stage_changed') return null;
  const { model, version, occurredAtMs: changedAtMs, recovered } = event;
  return { model, version, stage: event.fields['to_stage'] ?? '', changedAtMs, recovered };
}

/** Where a version stands, unless something newer is known. */
function* putStanding(source: string, standing: KnownStanding): Script<void> {
  const row = standingRow(source, standing);
  yield sql`insert into standings (source, model, version, stage, changed_at_ms, recovered)
    values (${source}, ${row.model}, ${row.version}, ${row.stage}, ${row.changed_at_ms},
      ${row.recovered})
    on conflict (source, model, version) do update set stage = excluded.stage,
      changed_at_ms = excluded.changed_at_ms, recovered = excluded.recovered
    where standings.changed_at_ms <= excluded.changed_at_ms`;
}

interface Line {
  readonly id: string;
  readonly phase: string;
  readonly reason: string;
  readonly atMs: number;
}

export function* addLine({ id, phase, reason, atMs }: Line): Script<void> {
  yield sql`insert into transitions (delivery, at_ms, phase, reason)
    values (${id}, ${atMs}, ${phase}, ${reason})`;
}
