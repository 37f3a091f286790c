import type { ClaimedStarts, StoredDelivery } from '../store/store.ts';
import { allOf } from './all-of.ts';
import type { Engine, StepRun } from './engine.ts';
import { inHand } from './in-hand.ts';
import { lookFor, start } from './starter.ts';
import { openTargetCalls, type TargetCalls } from './target-calls.ts';

/** Sees to it that what is to be started is started. */
export interface Dispatcher {
  /** Claims what the targets take just now and sets out to start it; does not wait for that. */
  readonly round: () => Promise<StepRun>;
  /**
   * Resolves when nothing that was claimed is in hand any more.
   * @throws the first failure among them
   */
  readonly settled: () => Promise<void>;
}

/** About how long another process is at its claim. */
const BUSY_MS = 10;

/**
 * Opens the dispatcher of one process. Each target has as many calls under way as a step handles at
 * once: one that does not answer takes nothing from the others.
 *
 * @param onRoom called when another round may find more than the last one did
 */
export function openDispatcher(
  engine: Engine,
  signal: AbortSignal,
  onRoom: () => void,
): Dispatcher {
  const calls = openTargetCalls(engine, onRoom);
  const underWay = new Set<Promise<void>>();
  const comeBack = comingBack(engine, onRoom);

  async function handle(delivery: StoredDelivery, how: typeof start): Promise<void> {
    const { isProbe, hear, end } = calls.begin(delivery.target);
    try {
      await how({ engine, signal, isProbe, hear }, delivery);
    } finally {
      end();
    }
  }

  function setOut({ toStart, toLookFor }: ClaimedStarts): void {
    const claimed = [
      ...toStart.map((delivery) => ({ delivery, how: start })),
      ...toLookFor.map((delivery) => ({ delivery, how: lookFor })),
    ];
    if (claimed.length === 0) return;
    const handled = inHand(engine, claimed, ({ delivery, how }) => handle(delivery, how));
    underWay.add(handled);
    void handled
      .catch((error: unknown) => {
        if (!signal.aborted) engine.log.error({ err: error }, 'a start could not be handled');
      })
      .finally(() => underWay.delete(handled));
  }

  return {
    round: async () => {
      const claimed = signal.aborted ? null : await claim(engine, calls);
      if (claimed?.isBusy) comeBack();
      if (!claimed || claimed.isBusy) return { handled: 0 };
      calls.learn(claimed.targets);
      tell(engine, claimed);
      setOut(claimed);
      const { toStart, toLookFor, passedOver } = claimed;
      return { handled: toStart.length + toLookFor.length + passedOver.length };
    },
    settled: () => allOf([...underWay]),
  };
}

/**
 * Comes back once, however often it is asked to meanwhile: nobody tells when the other process has
 * claimed, or failed to. Not all who wait are to meet again.
 */
function comingBack({ after, chance }: Engine, onRoom: () => void): () => void {
  let isComing = false;
  return () => {
    if (isComing) return;
    isComing = true;
    after(BUSY_MS * (1 + chance()), () => {
      isComing = false;
      onRoom();
    });
  };
}

/** What the targets take; null: none takes any more from us just now. */
async function claim(engine: Engine, calls: TargetCalls): Promise<ClaimedStarts | null> {
  const targets = calls.rooms();
  const isFull = targets.length > 0 && targets.every(({ room }) => room <= 0);
  if (isFull && !calls.isHeard()) return null;
  const { owner, settings, store } = engine;
  const { leaseMs, settleMs } = settings;
  const heard = calls.takeHeard();
  try {
    const chance = engine.chance();
    const claimed = await store.claimToStart({ owner, leaseMs, settleMs, targets, heard, chance });
    if (claimed.isBusy) calls.keepHeard(heard);
    return claimed;
  } catch (error) {
    calls.keepHeard(heard);
    throw error;
  }
}

/** The claim itself has moved them on. */
function tell({ log, changed }: Engine, { toStart, passedOver }: ClaimedStarts): void {
  for (const { id, event, rule, phase, tries } of toStart) {
    log.info({ delivery: id, rule, phase, tries }, 'delivery moved');
    changed(event);
  }
  for (const event of passedOver) changed(event);
}
