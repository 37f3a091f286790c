import type { KeyClaim, KeyClaimed } from './asking.ts';
import { type Row, type Script, sql } from './statement.ts';
import { addLine } from './writes.ts';

/** Gives a start key to the run that asks first, and tells every other one which that is. */
export function* claimKey(claim: KeyClaim): Script<KeyClaimed> {
  const known = yield* claimed(claim);
  if (known) return known;
  // Writes nothing new, and keeps all others off the delivery until the claim is stored.
  const [open] = yield sql`
    update deliveries set key = key
    where key = ${claim.key} and phase in ('starting', 'uncertain', 'running')
    returning id, attempt, event, phase, run`;
  if (!open) return { kind: 'over' };
  const followed = runIn(open);
  if (followed !== null && followed !== claim.run) return { kind: 'lost', run: followed };
  const { key, run, atMs } = claim;
  const added = yield sql`
    insert into run_claims (key, delivery, attempt, run, at_ms)
    values (${key}, ${String(open['id'])}, ${Number(open['attempt'])}, ${run}, ${atMs})
    on conflict (key) do nothing returning key`;
  // Another process has stored one since we looked.
  if (added.length === 0) return (yield* claimed(claim)) ?? { kind: 'over' };
  yield* follow(open, claim);
  return won(open, 'id');
}

/** What an earlier claim of the key says to this one; a replay has made it void. */
function* claimed({ key, run }: KeyClaim): Script<KeyClaimed | null> {
  const [found] = yield sql`
    select c.delivery, c.attempt, c.run, d.event, d.attempt as present
    from run_claims c join deliveries d on d.id = c.delivery where c.key = ${key}`;
  if (!found) return null;
  if (found['attempt'] !== found['present']) return { kind: 'over' };
  if (found['run'] !== run) return { kind: 'lost', run: String(found['run']) };
  return won(found, 'delivery');
}

function runIn({ run }: Row): string | null {
  const started: unknown = typeof run === 'string' ? JSON.parse(run) : null;
  const isNamed = typeof started === 'object' && started !== null && 'id' in started;
  return isNamed ? String(started.id) : null;
}

function won(row: Row, id: 'id' | 'delivery'): KeyClaimed {
  return {
    kind: 'won',
    delivery: String(row[id]),
    attempt: Number(row['attempt']),
    event: String(row['event']),
  };
}

/**
 * Has the run looked at by whoever is next, where it was not known before. Who is starting it, or
 * looking for it, loses it: they could come back with another run of the same key.
 */
function* follow(open: Row, { run, atMs }: KeyClaim): Script<void> {
  const id = String(open['id']);
  const phase = String(open['phase']);
  if (phase !== 'running') {
    yield sql`update deliveries set due_at_ms = ${atMs}, owner = null, leased_until_ms = 0,
      epoch = epoch + 1 where id = ${id}`;
  }
  yield* addLine({ id, phase, reason: `run ${run} has claimed its key`, atMs });
}

/** Takes a key back, if that run still has it. */
export function* dropKey({ key, run }: Pick<KeyClaim, 'key' | 'run'>): Script<void> {
  yield sql`delete from run_claims where key = ${key} and run = ${run}`;
}
