import { type Kysely, sql, type Transaction } from 'kysely';

import type { Delivery } from '../model/delivery.ts';
import type { Event } from '../model/event.ts';
import type { ReportForm } from '../model/report.ts';
import { deliveryRow, eventRow, standingRow } from './rows.ts';
import type { Added, KnownStanding, NewDelivery, Saved, Store } from './store.ts';
import type { DeliveryRow, Tables } from './tables.ts';

type Writes = Pick<Store, 'addEvent' | 'countRefusal' | 'save' | 'saveReport' | 'saveSurvey'>;

/** The port's methods that change something, each a transaction. */
export function writes(db: Kysely<Tables>): Writes {
  return {
    addEvent: (event, deliveries) =>
      db.transaction().execute((tx) => addEvent(tx, event, deliveries)),
    countRefusal: (refusal) => countRefusal(db, refusal),
    save: (delivery, saved) => db.transaction().execute((tx) => save(tx, delivery, saved)),
    saveReport: (report) => saveReport(db, report),
    saveSurvey: (survey) => db.transaction().execute((tx) => saveSurvey(tx, survey)),
  };
}

type Tx = Transaction<Tables>;

async function addEvent(tx: Tx, event: Event, deliveries: readonly NewDelivery[]): Promise<Added> {
  const known = await sameEvent(tx, event);
  if (known !== undefined) return { kind: 'duplicate', id: known };
  await tx.insertInto('events').values(eventRow(event)).execute();
  for (const delivery of deliveries) {
    const row = deliveryRow({ ...delivery, event: event.id });
    await tx.insertInto('deliveries').values(row).execute();
    await tx.insertInto('transitions').values(lineOf(row, row.created_at_ms)).execute();
    if (delivery.phase === 'dead') await addReports(tx, row, delivery.reports);
  }
  const standing = standingBy(event);
  if (standing) await putStanding(tx, event.source, standing);
  return { kind: 'new', id: event.id };
}

async function countRefusal(
  db: Kysely<Tables>,
  { source, reason, atMs }: Parameters<Writes['countRefusal']>[0],
): Promise<void> {
  await db
    .insertInto('refusals')
    .values({ source, reason, count: 1, last_at_ms: atMs })
    .onConflict((conflict) =>
      conflict
        .columns(['source', 'reason'])
        .doUpdateSet({ count: sql<number>`refusals.count + 1`, last_at_ms: atMs }),
    )
    .execute();
}

async function save(tx: Tx, delivery: Delivery, saved: Saved | undefined): Promise<void> {
  const { id, ...row } = deliveryRow(delivery);
  await tx.updateTable('deliveries').set(row).where('id', '=', id).execute();
  if (saved?.say !== undefined) {
    const line = lineOf({ ...row, id, reason: saved.say }, saved.atMs);
    await tx.insertInto('transitions').values(line).execute();
  }
  await addReports(tx, { ...row, id }, saved?.reports ?? []);
}

/** What is to be written back; a later attempt's outcome takes the place of an earlier one's. */
async function addReports(tx: Tx, delivery: DeliveryRow, forms: readonly ReportForm[]) {
  for (const form of forms) {
    const dueAtMs = delivery.since_ms;
    const row = { ...PENDING, delivery: delivery.id, form, due_at_ms: dueAtMs, at_ms: dueAtMs };
    await tx
      .insertInto('reports')
      .values(row)
      .onConflict((conflict) => conflict.columns(['delivery', 'form']).doUpdateSet(row))
      .execute();
  }
}

async function saveReport(
  db: Kysely<Tables>,
  { delivery, form, state, tries, dueAtMs, atMs, reason }: Parameters<Writes['saveReport']>[0],
): Promise<void> {
  await db
    .updateTable('reports')
    .set({ state, tries, due_at_ms: dueAtMs, at_ms: atMs, reason })
    .where('delivery', '=', delivery)
    .where('form', '=', form)
    .execute();
}

async function saveSurvey(
  tx: Tx,
  { source, atMs, standings }: Parameters<Writes['saveSurvey']>[0],
): Promise<void> {
  for (const standing of standings) await putStanding(tx, source, standing);
  await tx
    .insertInto('surveys')
    .values({ source, at_ms: atMs })
    .onConflict((conflict) => conflict.column('source').doUpdateSet({ at_ms: atMs }))
    .execute();
}

const PENDING = { state: 'pending', tries: 0, reason: 'to be written' };

/**
 * The id of the event that this one tells again, if there is one.
 *
 * A webhook that comes after the comparison with the registry has found the change already tells
 * it with the sender's time, the comparison with the registry's: they need not be the same.
 */
async function sameEvent(tx: Tx, event: Event): Promise<string | undefined> {
  const row = await tx
    .selectFrom('events')
    .select('id')
    .where('identity', '=', event.identity)
    .executeTakeFirst();
  if (row || event.type !== 'model_version.stage_changed' || event.recovered) return row?.id;
  const recovered = await tx
    .selectFrom('events as e')
    .innerJoin('standings as s', (join) =>
      join
        .onRef('s.source', '=', 'e.source')
        .onRef('s.model', '=', 'e.model')
        .onRef('s.version', '=', 'e.version')
        .onRef('s.changed_at_ms', '=', 'e.occurred_at_ms'),
    )
    .select('e.id')
    .where('e.source', '=', event.source)
    .where('e.model', '=', event.model)
    .where('e.version', '=', event.version)
    .where('e.recovered', '=', 1)
    .where('s.recovered', '=', 1)
    .where('s.stage', '=', event.fields['to_stage'] ?? '')
    .where('e.received_at_ms', '>=', event.occurredAtMs)
    .executeTakeFirst();
  return recovered?.id;
}

function standingBy(event: Event): KnownStanding | null {
  if (event.type !== 'model_version.stage_changed') return null;
  const { model, version, occurredAtMs: changedAtMs, recovered } = event;
  return { model, version, stage: event.fields['to_stage'] ?? '', changedAtMs, recovered };
}

/** Where a version stands, unless something newer is known. */
async function putStanding(tx: Tx, source: string, standing: KnownStanding) {
  const row = standingRow(source, standing);
  await tx
    .insertInto('standings')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .columns(['source', 'model', 'version'])
        .doUpdateSet(row)
        .where('standings.changed_at_ms', '<=', row.changed_at_ms),
    )
    .execute();
}

function lineOf(row: { id: string; phase: string; reason: string }, atMs: number) {
  return { delivery: row.id, at_ms: atMs, phase: row.phase, reason: row.reason };
}
