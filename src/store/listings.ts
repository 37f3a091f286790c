import { type Kysely, type SqlBool, sql } from 'kysely';
import type { DeliveryFilter, Page } from './asking.ts';
import { earlierOf, storedOf } from './rows.ts';
import type { Listed } from './store.ts';
import type { HeldRow, Tables } from './tables.ts';

type Db = Kysely<Tables>;

/** So much is looked at for one page, whatever is found: nobody else waits long for it. */
const LOOKED_AT = 2000;

/** One page of deliveries, newest first: ids grow with time. */
export async function listed(db: Db, filter: DeliveryFilter, page: Page): Promise<Listed> {
  const { isDead = false, sinceMs = 0, ...others } = filter;
  const most = Object.keys(others).length > 0 ? LOOKED_AT : page.limit;
  const rows = await slim(db, { isDead, before: page.before, most });
  const young = rows.filter((row) => row.created_at_ms >= sinceMs);
  const found = young.filter((row) => passes(row, filter)).slice(0, page.limit);
  const last = found.length < page.limit ? rows.at(-1) : found.at(-1);
  const isAll = rows.length < most && last === rows.at(-1);
  const next = last && !isAll && last.created_at_ms >= sinceMs ? last.id : null;
  return { deliveries: await full(db, found), next };
}

type Slim = Pick<HeldRow, 'id' | 'phase' | 'verdict' | 'rule' | 'target' | 'created_at_ms'> & {
  readonly model: string;
};

interface Section {
  readonly isDead: boolean;
  readonly before: string | undefined;
  readonly most: number;
}

async function slim(db: Db, { isDead, before, most }: Section): Promise<readonly Slim[]> {
  return await db
    .selectFrom('deliveries as d')
    .innerJoin('events as e', 'e.id', 'd.event')
    .select(['d.id', 'd.phase', 'd.verdict', 'd.rule', 'd.target', 'd.created_at_ms', 'e.model'])
    .$if(isDead, (query) => query.where(sql<SqlBool>`d.phase = 'dead' and d.dismissed is null`))
    .$if(before !== undefined, (query) => query.where('d.id', '<', before ?? ''))
    .orderBy('d.id', 'desc')
    .limit(most)
    .execute();
}

function passes(row: Slim, { phase, verdict, rule, target, model }: DeliveryFilter): boolean {
  const wanted = [
    [phase, row.phase],
    [verdict, row.verdict],
    [rule, row.rule],
    [target, row.target],
    [model, row.model],
  ];
  return wanted.every(([asked, has]) => asked === undefined || asked === has);
}

async function full(db: Db, found: readonly Slim[]) {
  if (found.length === 0) return [];
  const ids = found.map(({ id }) => id);
  const rows = await db
    .selectFrom('deliveries')
    .selectAll()
    .where('id', 'in', ids)
    .orderBy('id', 'desc')
    .execute();
  return rows.map(storedOf);
}

/** How many dead letters nobody has put aside. */
export async function countDead(db: Db): Promise<number> {
  const row = await db
    .selectFrom('deliveries')
    .select(sql<number>`count(*)`.as('count'))
    .where(sql<SqlBool>`phase = 'dead' and dismissed is null`)
    .executeTakeFirst();
  return row?.count ?? 0;
}

/** The attempts before the present ones. */
export async function earlierAttempts(db: Db, of: readonly string[]) {
  if (of.length === 0) return [];
  const rows = await db
    .selectFrom('attempts')
    .selectAll()
    .where('delivery', 'in', of)
    .orderBy('delivery')
    .orderBy('attempt')
    .execute();
  return rows.map(earlierOf);
}
