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
    event: async (id) => {
      const row = await db.selectFrom('events').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? eventOf(row) : null;
    },

    delivery: async (id) => {
      const row = await db
        .selectFrom('deliveries')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst();
      return row ? deliveryOf(row) : null;
    },

    events: async (limit) => {
      const rows = await db
        .selectFrom('events')
        .selectAll()
        .orderBy('received_at_ms', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(eventOf);
    },

    deliveriesOf: async (events) => {
      const rows = await db
        .selectFrom('deliveries')
        .selectAll()
        .where('event', 'in', events)
        .orderBy('id')
        .execute();
      return rows.map(deliveryOf);
    },

    transitionsOf: async (deliveries) => {
      const rows = await db
        .selectFrom('transitions')
        .selectAll()
        .where('delivery', 'in', deliveries)
        .orderBy('id')
        .execute();
      return rows.map(transitionOf);
    },

    reportsOf: async (deliveries) => {
      const rows = await db
        .selectFrom('reports')
        .selectAll()
        .where('delivery', 'in', deliveries)
        .orderBy('form')
        .execute();
      return rows.map(reportOf);
    },

    refusals: async () => {
      const rows = await db.selectFrom('refusals').selectAll().orderBy('source').execute();
      return rows.map(({ source, reason, count, last_at_ms: lastAtMs }) => ({
        source,
        reason,
        count,
        lastAtMs,
      }));
    },
  };
}
