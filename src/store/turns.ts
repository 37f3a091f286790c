import { type Script, sql } from './statement.ts';

/*
 * Turns are numbers: the next of a lane is the last of its lane and one more, and never less than
 * the number that is being served at its target. So a lane that comes late is served next, and one
 * that brings thousands stands behind itself. What comes back into the queue stands one behind
 * what is being served: it has had a turn.
 */

/** At most so many at once: the rest has its turn in the next round. */
const AT_ONCE = 64;

/** Gives a turn to what has become due: retries, and what a person has replayed. */
export function* giveTurns(nowMs: number): Script<void> {
  yield sql`
    with due as materialized (
      select d.id, d.target, d.lane, d.due_at_ms from deliveries d
      where d.turn is null and d.phase in ('pending', 'waiting') and d.due_at_ms <= ${nowMs}
      order by d.due_at_ms limit ${AT_ONCE} + 0 for update of d skip locked
    ), turns as (
      select due.id, (
        select max(last.turn) from (
          select max(q.turn) as turn from deliveries q
          where q.target = due.target and q.lane = due.lane
            and q.turn is not null and q.phase in ('pending', 'held', 'waiting')
          union all select min(q.turn) from deliveries q
          where q.target = due.target
            and q.turn is not null and q.phase in ('pending', 'held', 'waiting')
          union all select 0
        ) as last
      ) + row_number() over (partition by due.target, due.lane order by due.due_at_ms, due.id) as turn
      from due
    )
    update deliveries set turn = turns.turn from turns where deliveries.id = turns.id`;
}

/**
 * Gives a turn to the next of each one-at-a-time key that is free again.
 *
 * A row says so until it was seen here, and who is held is held under the same lock: one that is
 * held while the other ends is called by the next who comes.
 */
export function* callNextOfKeys(): Script<void> {
  const done = yield sql`
    with done as materialized (
      select d.id from deliveries d where d.holds_key = 1 and d.verdict is not null
      order by d.id limit ${AT_ONCE} + 0 for update of d skip locked
    )
    update deliveries set holds_key = 0 from done where deliveries.id = done.id
    returning one_at_a_time`;
  const keys = JSON.stringify([...new Set(done.map((row) => row['one_at_a_time']))]);
  if (keys === '[]') return;
  yield sql`
    with next as materialized (
      select d.id, d.target, d.lane from deliveries d
      where d.phase = 'held' and d.turn is null and d.id in (
        select (select min(h.id) from deliveries h
          where h.one_at_a_time = key.value and h.verdict is null)
        from json_each(cast(${keys} as text)) as key)
      for update of d skip locked
    ), turns as (
      select next.id, (
        select max(last.turn) from (
          select max(q.turn) as turn from deliveries q
          where q.target = next.target and q.lane = next.lane
            and q.turn is not null and q.phase in ('pending', 'held', 'waiting')
          union all select min(q.turn) from deliveries q
          where q.target = next.target
            and q.turn is not null and q.phase in ('pending', 'held', 'waiting')
          union all select 0
        ) as last
      ) + row_number() over (partition by next.target, next.lane order by next.id) as turn
      from next
    )
    update deliveries set turn = turns.turn from turns where deliveries.id = turns.id`;
}
