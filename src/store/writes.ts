import { type Kysely, sql, type Transaction } from 'kysely';

import type { Event } from '../model/event.ts';
import { deliveryRow, eventRow, standingRow } from './rows.ts';
import type { Added, KnownStanding, Store } from './store.ts';
import type { Tables } from './tables.ts';

type Writes = Pick<Store, 'addEvent' | 'countRefusal' | 'save' | 'saveReport' | 'saveSurvey'>;

const REPORT_COLUMNS = ['state', 'tries', 'due_at_ms', 'at_ms', 'reason'] as const;

/** The port's methods that change something, each a transaction. */
export function writes(db: Kysely<Tables>): Writes {
  return {
    addEvent: (event, deliveries) =>
      db.transaction().execute(async (tx): Promise<Added> => {
        const known = await sameEvent(tx, event);
        if (known !== undefined) return { kind: 'duplicate', id: known };
        await tx.insertInto('events').values(eventRow(event)).execute();
        for (const delivery of deliveries) {
          const row = deliveryRow({ ...delivery, event: event.id });
          await tx.insertInto('deliveries').values(row).execute();
          await tx.insertInto('transitions').values(lineOf(row, row.created_at_ms)).execute();
        }
        const standing = standingBy(event);
        if (standing) await putStanding(tx, event.source, standing);
        return { kind: 'new', id: event.id };
      }),

    async countRefusal({ source, reason, atMs }) {
      await db
        .insertInto('refusals')
        .values({ source, reason, count: 1, last_at_ms: atMs })
        .onConflict((conflict) =>
          conflict
            .columns(['source', 'reason'])
            .doUpdateSet({ count: sql<number>`refusals.count + 1`, last_at_ms: atMs }),
        )
        .execute();
    },

    save: (delivery, saved) =>
      db.transaction().execute(async (tx) => {
        const { id, ...row } = deliveryRow(delivery);
        await tx.updateTable('deliveries').set(row).where('id', '=', id).execute();
        if (saved?.say !== undefined) {
          const line = lineOf({ ...row, id, reason: saved.say }, saved.atMs);
          await tx.insertInto('transitions').values(line).execute();
        }
        for (const form of saved?.reports ?? []) {
          await tx
            .insertInto('reports')
            .values({
              ...PENDING,
              delivery: id,
              form,
              due_at_ms: row.since_ms,
              at_ms: row.since_ms,
            })
            .onConflict((conflict) =>
              conflict
                .columns(['delivery', 'form'])
                .doUpdateSet((to) =>
                  Object.fromEntries(
                    REPORT_COLUMNS.map((name) => [name, to.ref(`excluded.${name}`)]),
                  ),
                ),
            )
            .execute();
        }
      }),

    async saveReport({ delivery, form, state, tries, dueAtMs, atMs, reason }) {
      await db
        .updateTable('reports')
        .set({ state, tries, due_at_ms: dueAtMs, at_ms: atMs, reason })
        .where('delivery', '=', delivery)
        .where('form', '=', form)
        .execute();
    },

    saveSurvey: ({ source, atMs, standings }) =>
      db.transaction().execute(async (tx) => {
        for (const standing of standings) await putStanding(tx, source, standing);
        await tx
          .insertInto('surveys')
          .values({ source, at_ms: atMs })
          .onConflict((conflict) => conflict.column('source').doUpdateSet({ at_ms: atMs }))
          .execute();
      }),
  };
}

const PENDING = { state: 'pending', tries: 0, reason: 'to be written' };

/**
 * The id of the event that this one tells again, if there is one.
 *
 * A webhook that comes after the comparison with the registry has found the change already tells
 * it with the sender's time, the comparison with the registry's: they need not be the same.
 */
async function sameEvent(tx: Transaction<Tables>, event: Event): Promise<string | undefined> {
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
async function putStanding(tx: Transaction<Tables>, source: string, standing: KnownStanding) {
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
