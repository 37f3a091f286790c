import type { Dialect } from './dialect.ts';
import { type Row, type Script, sql } from './statement.ts';
import type { Claim, Held } from './store.ts';

/*
 * A claim gives a new epoch to what it takes. `for update of d skip locked` is for Postgres, where
 * several claim at once: SQLite has one writer, and is not told of it.
 */

/** Others may hold some of those that are due: more are looked at than are taken. */
const LOOKED_AT = 8;

/** Claims deliveries that are over and have a report to be written. */
export function* claimReports(
  dialect: Dialect,
  { owner, leaseMs, limit }: Claim,
): Script<readonly Held[]> {
  const nowMs = yield* dialect.clock();
  const rows = yield sql`
    with due as materialized (
      select d.id from deliveries d
      where d.id in (
          select r.delivery from reports r
          where r.state in ('pending', 'writing') and r.due_at_ms <= ${nowMs}
          order by r.due_at_ms limit ${limit * LOOKED_AT} + 0
        )
        and d.verdict is not null and d.leased_until_ms <= ${nowMs}
      limit ${limit} + 0
      for update of d skip locked
    )
    update deliveries set owner = ${owner}, epoch = epoch + 1, leased_until_ms = ${nowMs + leaseMs}
    from due where deliveries.id = due.id returning deliveries.id, epoch`;
  return rows.map(heldOf);
}

/**
 * Lets leases run on, of those that are still in our hands. In one statement: where each took a
 * round trip of its own, a process that is short of time held a hundred rows for seconds, and the
 * others, who waited for them, lost their leases.
 */
export function* extend(
  dialect: Dialect,
  held: readonly Held[],
  leaseMs: number,
): Script<ReadonlySet<string>> {
  const nowMs = yield* dialect.clock();
  const ids = JSON.stringify(held.map(({ id }) => id));
  const hands = JSON.stringify(held.map(({ id, epoch }) => `${id} ${epoch}`));
  const rows = yield sql`update deliveries set leased_until_ms = ${nowMs + leaseMs}
    where id in (select value from json_each(cast(${ids} as text)))
      and id || ' ' || epoch in (select value from json_each(cast(${hands} as text)))
      and owner is not null
    returning id`;
  return new Set(rows.map((row) => String(row['id'])));
}

/** Gives a delivery back, if it is still in those hands. */
export function* release({ id, epoch }: Held): Script<void> {
  yield sql`update deliveries set owner = null, leased_until_ms = 0, epoch = epoch + 1
    where id = ${id} and epoch = ${epoch} and owner is not null`;
}

function heldOf(row: Row): Held {
  return { id: String(row['id']), epoch: Number(row['epoch']) };
}
