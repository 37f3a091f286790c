import { advance, type Delivery, type Step } from '../model/delivery.ts';
import { type Wish, wished } from '../model/wish.ts';
import type { ReportRecord, StoredDelivery } from '../store/store.ts';
import type { Engine } from './engine.ts';

type Change = Partial<Omit<Delivery, 'id' | 'event' | 'phase'>> & { readonly reason: string };

interface Along {
  /** True while we work on: the lease stays ours. */
  readonly keep?: boolean;
  /** How the last of its reports stands by it. */
  readonly report?: ReportRecord;
}

/**
 * Takes a delivery one step on and stores that, with its line on the timeline; resolves to the
 * delivery as stored. A delivery that ends gets its reports in the same transaction.
 *
 * @throws {LeaseLost} it is in other hands: drop it
 */
export async function move(
  engine: Engine,
  delivery: StoredDelivery,
  step: Step,
  { keep = false, report, ...change }: Change & Along,
): Promise<StoredDelivery> {
  const atMs = engine.now();
  const phase = advance(delivery.phase, step);
  const moved: StoredDelivery = { ...delivery, dueAtMs: atMs, ...change, phase, sinceMs: atMs };
  const isOver = phase === 'ended' || phase === 'dead';
  const stored = await engine.store.save(moved, {
    say: change.reason,
    atMs,
    keep,
    ...(isOver && { reports: moved.reports }),
    ...(report && { report }),
  });
  engine.log.info(
    { delivery: moved.id, rule: moved.rule, phase, verdict: moved.verdict, tries: moved.tries },
    'delivery moved',
  );
  engine.changed(moved.event);
  return stored;
}

/**
 * Stores what changed about a delivery that stays in its phase; said on the timeline if new.
 * @throws {LeaseLost} it is in other hands: drop it
 */
export async function note(
  engine: Engine,
  delivery: StoredDelivery,
  change: Change,
): Promise<void> {
  const noted: StoredDelivery = { ...delivery, ...change };
  const isNews = change.reason !== delivery.reason;
  await engine.store.save(noted, {
    atMs: engine.now(),
    ...(isNews && { say: change.reason }),
  });
  if (isNews || change.seen !== undefined) engine.changed(noted.event);
}

/**
 * Ends a delivery of which nothing was started, as a person has asked.
 * @throws {LeaseLost} it is in other hands: drop it
 */
export async function endCanceled(
  engine: Engine,
  delivery: StoredDelivery,
  wish: Wish,
): Promise<void> {
  const reason = `${wished('canceled', wish)}; nothing was started`;
  await move(engine, delivery, 'cancel', { verdict: 'canceled', reason });
}
