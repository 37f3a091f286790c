import { ofFile, outstanding } from '../../src/store/migrate.ts';
import { type OpenDatabase, openNodeSqlite } from '../../src/store/node-sqlite.ts';
import { sqliteStore } from '../../src/store/sqlite.ts';
import { sql } from '../../src/store/statement.ts';
import type { Store } from '../../src/store/store.ts';

/** The real store on a database in memory, and what the judge wants to see of it. */
export interface Database {
  readonly store: Store;
  /** Takes away all rows, for the next seed. */
  empty(): void;
  /** What a process does that has the database to itself, when it starts. */
  letGoOfAll(): void;
  holderOf(delivery: string): Holder | null;
  /** When the next thing falls due, or the next lease runs out, epoch milliseconds. */
  nextMs(): number;
  /** Deliveries that are not over, are leased, or have a report to be written. */
  openOnes(): readonly string[];
}

export interface Holder {
  readonly owner: string | null;
  readonly epoch: number;
}

export function openDatabase(now: () => number): Database {
  const opened = openNodeSqlite(':memory:');
  for (const { sql: script } of outstanding('sqlite', ofFile(0), 'memory')) opened.exec(script);
  const tables = opened
    .run(sql`select name from sqlite_schema where type = 'table'`)
    .map(({ name }) => String(name));
  const emptying = [
    'pragma foreign_keys = off',
    ...tables.map((table) => `delete from ${table}`),
    'pragma foreign_keys = on',
  ].join(';');
  return {
    store: sqliteStore(
      {
        use: (work) => work(opened),
        commit: async (work) => opened.transact(() => work(opened)),
        queried: opened,
        close: () => opened.close(),
      },
      now,
    ),
    empty: () => opened.exec(emptying),
    letGoOfAll: () =>
      opened.exec(
        'update deliveries set owner = null, leased_until_ms = 0 where owner is not null',
      ),
    holderOf(delivery) {
      const [row] = opened.run(sql`select owner, epoch from deliveries where id = ${delivery}`);
      if (!row) return null;
      const { owner, epoch } = row;
      return { owner: typeof owner === 'string' ? owner : null, epoch: Number(epoch) };
    },
    nextMs: () => nextMs(opened, now()),
    openOnes: () => openOnes(opened, now()),
  };
}

function nextMs(opened: OpenDatabase, nowMs: number): number {
  const [row] = opened.run(sql`
    select min(at_ms) as at_ms from (
      select due_at_ms as at_ms from deliveries where verdict is null
      union all select leased_until_ms from deliveries
      union all select cancel_due_ms from deliveries where verdict is null
      union all select probe_at_ms from targets
      union all select due_at_ms from reports where state in ('pending', 'writing')
    ) where at_ms > ${nowMs}`);
  return Number(row?.['at_ms'] ?? Infinity);
}

function openOnes(opened: OpenDatabase, nowMs: number): readonly string[] {
  return opened
    .run(sql`
      select id, phase, owner from deliveries d
      where d.leased_until_ms > ${nowMs} or d.verdict is null
        or (d.phase = 'ended' and d.reports <> '[]')
        or exists (select 1 from reports r
          where r.delivery = d.id and r.state in ('pending', 'writing'))`)
    .map(({ id, phase, owner }) => `${String(id)} (${String(phase)}, held by ${String(owner)})`);
}
