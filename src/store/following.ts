import type { Dialect } from './dialect.ts';
import { type Script, sql } from './statement.ts';
import type { Claim, Held } from './store.ts';

/** Claims running deliveries of one target that are due to be looked at. */
export function* claimToFollow(
  dialect: Dialect,
  target: string,
  { owner, leaseMs, limit }: Claim,
): Script<readonly Held[]> {
  const nowMs = yield* dialect.clock();
  const rows = yield sql`
    with due as materialized (
      select d.id from deliveries d
      where d.phase = 'running' and d.target = ${target}
        and d.due_at_ms <= ${nowMs} and d.leased_until_ms <= ${nowMs}
      order by d.due_at_ms limit ${limit} + 0
      for update of d skip locked
    )
    update deliveries set owner = ${owner}, epoch = epoch + 1, leased_until_ms = ${nowMs + leaseMs}
    from due where deliveries.id = due.id returning deliveries.id, epoch`;
  return rows.map((row) => ({ id: String(row['id']), epoch: Number(row['epoch']) }));
}

/**
 * The targets that have running deliveries: one look into the index for each, however many
 * deliveries it has.
 */
export function* targetsFollowed(): Script<readonly string[]> {
  const rows = yield sql`
    with recursive followed (target) as (
      select min(target) from deliveries where phase = 'running'
      union all
      select (select min(d.target) from deliveries d
              where d.phase = 'running' and d.target > followed.target)
      from followed where followed.target is not null
    )
    select target from followed where target is not null`;
  return rows.map((row) => String(row['target']));
}

/** Makes the delivery that follows this run due at once; how many there are. */
export function* hasten(
  dialect: Dialect,
  { target, run }: { readonly target: string; readonly run: string },
): Script<number> {
  const nowMs = yield* dialect.clock();
  const rows = yield sql`
    update deliveries set due_at_ms = ${nowMs}
    where phase = 'running' and target = ${target} and run_id = ${run} and due_at_ms > ${nowMs}
    returning id`;
  return rows.length;
}
