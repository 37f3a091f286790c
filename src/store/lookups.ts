import { type Kysely, type SqlBool, sql } from 'kysely';

import { countDead, earlierAttempts, listed } from './listings.ts';
import { eventOf, reportOf, standingOf, storedOf, targetOf, transitionOf } from './rows.ts';
import type { Store } from './store.ts';
import type { Tables } from './tables.ts';

type Lookups = Pick<
  Store,
  | 'event'
  | 'delivery'
  | 'events'
  | 'deliveriesOf'
  | 'transitionsOf'
  | 'reportsOf'
  | 'refusals'
  | 'targetStates'
  | 'standings'
  | 'surveyedAt'
  | 'listed'
  | 'claimantOf'
  | 'countDead'
  | 'earlierAttempts'
>;

/** Says of a read that failed what is to be done next. */
export type Read = <Result>(asked: Promise<Result>) => Promise<Result>;

/** The port's methods that only look. */
export function lookups(db: Kysely<Tables>, read: Read): Lookups {
  return {
    event: (id) => read(event(db, id)),
    delivery: (id) => read(delivery(db, id)),
    events: (limit, before) => read(events(db, limit, before)),
    deliveriesOf: (of) => read(deliveriesOf(db, of)),
    transitionsOf: (of) => read(transitionsOf(db, of)),
    reportsOf: (of) => read(reportsOf(db, of)),
    refusals: () => read(refusals(db)),
    targetStates: () => read(targetStates(db)),
    standings: (source) => read(standings(db, source)),
    surveyedAt: (source) => read(surveyedAt(db, source)),
    listed: (filter, page) => read(listed(db, filter, page)),
    claimantOf: (key) => read(claimantOf(db, key)),
    countDead: () => read(countDead(db)),
    earlierAttempts: (of) => read(earlierAttempts(db, of)),
  };
}

type Db = Kysely<Tables>;

async function event(db: Db, id: string) {
  const row = await db.selectFrom('events').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? eventOf(row) : null;
}

async function delivery(db: Db, id: string) {
  const row = await db.selectFrom('deliveries').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? storedOf(row) : null;
}

async function events(db: Db, limit: number, before?: string) {
  const rows = await db
    .selectFrom('events')
    .selectAll()
    .$if(before !== undefined, (query) =>
      query.where(
        sql<SqlBool>`(received_at_ms, id) <
          (select b.received_at_ms, b.id from events b where b.id = ${before})`,
      ),
    )
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
  return rows.map(storedOf);
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

async function targetStates(db: Db) {
  const rows = await db
    .selectFrom('targets')
    .selectAll()
    .select(
      sql<number>`(select count(*) from deliveries d where d.target = targets.name
        and d.phase in ('starting', 'uncertain', 'running'))`.as('under_way'),
    )
    .orderBy('name')
    .execute();
  return rows.map((row) => ({ ...targetOf(row), underWay: row.under_way }));
}

async function claimantOf(db: Db, key: string) {
  const row = await db
    .selectFrom('run_claims')
    .select('run')
    .where('key', '=', key)
    .executeTakeFirst();
  return row?.run ?? null;
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
