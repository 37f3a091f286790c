import type { Kysely } from 'kysely';

import { deliveryOf, eventOf, reportOf, transitionOf } from './rows.ts';
import type { Store } from './store.ts';
import type { Tables } from './tables.ts';

type Lookups = Pick<
  Store,
  'event' | 'delivery' | 'events' | 'deliveriesOf' | 'transitionsOf' | 'reportsOf' | 'refusals'
>;

/** The port's methods that people's questions are answered from. */
export function lookups(db: Kysely<Tables>): Lookups {
  return {
    event: (id) => event(db, id),
    delivery: (id) => delivery(db, id),
    events: (limit) => events(db, limit),
    deliveriesOf: (of) => deliveriesOf(db, of),
    transitionsOf: (of) => transitionsOf(db, of),
    reportsOf: (of) => reportsOf(db, of),
    refusals: () => refusals(db),
  };
}

type Db = Kysely<Tables>;

async function event(db: Db, id: string) {
  const row = await db.selectFrom('events').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? eventOf(row) : null;
}

async function delivery(db: Db, id: string) {
  const row = await db.selectFrom('deliveries').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? deliveryOf(row) : null;
}

async function events(db: Db, limit: number) {
  const rows = await db
    .selectFrom('events')
    .selectAll()
    .orderBy('received_at_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(eventOf);
}

async function deliveriesOf(db: Db, of: readonly string[]) {
  if (of.length === 0) return [];
  const rows = await db
    .selectFrom('deliveries')
    .selectAll()
    .where('event', 'in', of)
    .orderBy('id')
    .execute();
  return rows.map(deliveryOf);
}

async function transitionsOf(db: Db, of: readonly string[]) {
  if (of.length === 0) return [];
  const rows = await db
    .selectFrom('transitions')
    .selectAll()
    .where('delivery', 'in', of)
    .orderBy('id')
    .execute();
  return rows.map(transitionOf);
}

async function reportsOf(db: Db, of: readonly string[]) {
  if (of.length === 0) return [];
  const rows = await db
    .selectFrom('reports')
    .selectAll()
    .where('delivery', 'in', of)
    .orderBy('form')
    .execute();
  return rows.map(reportOf);
}

async function refusals(db: Db) {
  const rows = await db.selectFrom('refusals').selectAll().orderBy('source').execute();
  return rows.map(({ source, reason, count, last_at_ms: lastAtMs }) => ({
    source,
    reason,
    count,
    lastAtMs,
  }));
}
