import { advance, type Delivery, type Step } from '../model/delivery.ts';
import type { Engine } from './engine.ts';

type Change = Partial<Omit<Delivery, 'id' | 'event' | 'phase'>> & { readonly reason: string };

/**
 * Takes a delivery one step on and stores that, with its line on the timeline; resolves to the
 * delivery as stored. A delivery that ends gets its reports in the same transaction.
 */
export async function move(
  engine: Engine,
  delivery: Delivery,
  step: Step,
  change: Change,
): Promise<Delivery> {
  const atMs = engine.now();
  const phase = advance(delivery.phase, step);
  const moved: Delivery = { ...delivery, dueAtMs: atMs, ...change, phase, sinceMs: atMs };
  const isOver = phase === 'ended' || phase === 'dead';
  await engine.store.save(moved, {
    say: change.reason,
    atMs,
    ...(isOver && { reports: moved.reports }),
  });
  engine.log.info(
    { delivery: moved.id, rule: moved.rule, phase, verdict: moved.verdict, tries: moved.tries },
    'delivery moved',
  );
  engine.changed(moved.event);
  return moved;
}

/** Stores what changed about a delivery that stays in its phase; said on the timeline if new. */
export async function note(engine: Engine, delivery: Delivery, change: Change): Promise<Delivery> {
  const noted: Delivery = { ...delivery, ...change };
  const isNews = change.reason !== delivery.reason;
  await engine.store.save(noted, {
    atMs: engine.now(),
    ...(isNews && { say: change.reason }),
  });
  if (isNews || change.seen !== undefined) engine.changed(noted.event);
  return noted;
}
