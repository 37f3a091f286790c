import { type Kysely, type SqlBool, sql } from 'kysely';

import { deliveryOf, reportOf, standingOf } from './rows.ts';
import type { Store } from './store.ts';
import type { Tables } from './tables.ts';

type Queues = Pick<
  Store,
  'dueToStart' | 'blocked' | 'dueToFollow' | 'dueReports' | 'standings' | 'surveyedAt'
>;

/** The port's methods that say what there is to do. */
export function queues(db: Kysely<Tables>): Queues {
  return {
    dueToStart: (nowMs, limit) => dueToStart(db, nowMs, limit),
    blocked: (limit) => blocked(db, limit),
    dueToFollow: (nowMs, limit) => dueToFollow(db, nowMs, limit),
    dueReports: (nowMs, limit) => dueReports(db, nowMs, limit),
    standings: (source) => standings(db, source),
    surveyedAt: (source) => surveyedAt(db, source),
  };
}

type Db = Kysely<Tables>;

const STARTABLE = ['pending', 'held', 'waiting', 'uncertain', 'starting'] as const;

/** Other deliveries `r` of the one-at-a-time key of `d` that come before it. */
const rivals = sql`
  from deliveries r
  where r.one_at_a_time = d.one_at_a_time and r.id <> d.id and (
    r.phase in ('starting', 'waiting', 'uncertain', 'running')
    or (r.phase in ('pending', 'held') and d.phase in ('pending', 'held') and r.id < d.id)
  )`;

async function dueToStart(db: Db, nowMs: number, limit: number) {
  const rows = await db
    .selectFrom('deliveries as d')
    .selectAll()
    .where('d.phase', 'in', STARTABLE)
    .where('d.due_at_ms', '<=', nowMs)
    .where(sql<SqlBool>`not exists (select 1 ${rivals})`)
    .orderBy('d.due_at_ms')
    .orderBy('d.id')
    .limit(limit)
    .execute();
  return rows.map(deliveryOf);
}

async function blocked(db: Db, limit: number) {
  const rows = await db
    .selectFrom('deliveries as d')
    .selectAll()
    .select(sql<string>`(select min(r.id) ${rivals})`.as('by'))
    .where('d.phase', '=', 'pending')
    .where(sql<SqlBool>`exists (select 1 ${rivals})`)
    .orderBy('d.id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ delivery: deliveryOf(row), by: row.by }));
}

async function dueToFollow(db: Db, nowMs: number, limit: number) {
  const rows = await db
    .selectFrom('deliveries')
    .selectAll()
    .where('phase', '=', 'running')
    .where('due_at_ms', '<=', nowMs)
    .orderBy('due_at_ms')
    .limit(limit)
    .execute();
  return rows.map(deliveryOf);
}

async function dueReports(db: Db, nowMs: number, limit: number) {
  const rows = await db
    .selectFrom('reports')
    .selectAll()
    .where('state', 'in', ['pending', 'writing'])
    .where('due_at_ms', '<=', nowMs)
    .orderBy('due_at_ms')
    .limit(limit)
    .execute();
  return rows.map(reportOf);
}

async function standings(db: Db, source: string) {
  const rows = await db.selectFrom('standings').selectAll().where('source', '=', source).execute();
  return rows.map(standingOf);
}

async function surveyedAt(db: Db, source: string) {
  const row = await db
    .selectFrom('surveys')
    .select('at_ms')
    .where('source', '=', source)
    .executeTakeFirst();
  return row?.at_ms ?? null;
}
