import { LeaseLost, type StoredDelivery } from '../store/store.ts';
import { allOf } from './all-of.ts';
import type { Engine } from './engine.ts';

type Keeper = Pick<Engine, 'store' | 'settings' | 'after' | 'log'>;

/**
 * Handles what was claimed, all at the same time, and keeps each lease from running out meanwhile.
 *
 * What another has taken over is dropped; what could not be handled is given back.
 * @throws the first failure, once all have ended
 */
export async function inHand<Item extends { readonly delivery: StoredDelivery }>(
  engine: Keeper,
  claimed: readonly Item[],
  handle: (item: Item) => Promise<void>,
): Promise<void> {
  if (claimed.length === 0) return;
  const held = new Map(claimed.map(({ delivery }) => [delivery.id, delivery]));
  const heartbeat = startHeartbeat(engine, () => [...held.values()]);
  try {
    await allOf(
      claimed.map(async (item) => {
        try {
          await handle(item);
        } catch (error) {
          await letGo(engine, item.delivery, error);
        } finally {
          held.delete(item.delivery.id);
        }
      }),
    );
  } finally {
    heartbeat.stop();
  }
}

const BEATS_PER_LEASE = 3;

function startHeartbeat(engine: Keeper, held: () => readonly StoredDelivery[]) {
  let callOff = next();
  function next(): () => void {
    return engine.after(engine.settings.leaseMs / BEATS_PER_LEASE, () => {
      void beat(engine, held());
      callOff = next();
    });
  }
  return { stop: () => callOff() };
}

async function beat({ store, settings, log }: Keeper, held: readonly StoredDelivery[]) {
  try {
    await store.extend(held, settings.leaseMs);
  } catch (error) {
    // The next beat may do; if none does, what we write will be turned away.
    log.warn({ err: error }, 'leases not extended');
  }
}

async function letGo({ store, log }: Keeper, delivery: StoredDelivery, error: unknown) {
  if (error instanceof LeaseLost) {
    log.warn({ delivery: delivery.id, epoch: delivery.epoch }, 'lease lost');
    return;
  }
  // Where even this fails, its lease runs out.
  await store.release(delivery).catch(() => undefined);
  throw error;
}
