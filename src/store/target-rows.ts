import { targetOf } from './rows.ts';
import { type Row, type Script, sql } from './statement.ts';
import type { Target } from './store.ts';

/** All targets as they stand, kept from everybody else until the transaction ends. */
export function* lockTargets(names: readonly string[]): Script<readonly Target[]> {
  const known = yield* locked();
  const missing = names.filter((name) => !known.some((target) => target.name === name));
  if (missing.length === 0) return known;
  for (const name of missing) {
    yield sql`insert into targets (name) values (${name}) on conflict (name) do nothing`;
  }
  return yield* locked();
}

function* locked(): Script<readonly Target[]> {
  const rows = yield sql`
    select t.name, t.starts_left, t.starts_left_at_ms, t.failures, t.openings, t.probe_at_ms,
      t.open_since_ms, t.reason
    from targets t order by t.name for update of t`;
  return rows.map(readTarget);
}

function readTarget(row: Row): Target {
  return targetOf({
    name: String(row['name']),
    starts_left: Number(row['starts_left']),
    starts_left_at_ms: Number(row['starts_left_at_ms']),
    failures: Number(row['failures']),
    openings: Number(row['openings']),
    probe_at_ms: Number(row['probe_at_ms']),
    open_since_ms: Number(row['open_since_ms']),
    reason: String(row['reason']),
  });
}

/** Stores how a target stands; whoever does has locked it. */
export function* saveTarget({ name, allowance, breaker }: Target): Script<void> {
  yield sql`update targets set starts_left = ${allowance.starts},
    starts_left_at_ms = ${allowance.atMs}, failures = ${breaker.failures},
    openings = ${breaker.openings}, probe_at_ms = ${breaker.probeAtMs},
    open_since_ms = ${breaker.openSinceMs}, reason = ${breaker.reason} where name = ${name}`;
}
