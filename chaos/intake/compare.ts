import type { Ledger } from './ledger.ts';
import { deliveriesFor, type FoundEvent } from './product.ts';

/** What a store has against its ledger. All but the first two must be 0. */
export interface Comparison {
  readonly acknowledged: number;
  readonly found: number;
  /** Acknowledged, and not there. */
  readonly lost: number;
  /** There more than once. */
  readonly doubled: number;
  /** There, and never sent. */
  readonly invented: number;
  /** There without all of its deliveries: half of a transaction. */
  readonly halved: number;
  /** The stored intent of a start is older than one that was durable. */
  readonly forgotten: number;
}

/** Holds what was found in a store against what was acknowledged. */
export function compare(ledger: Ledger, events: readonly FoundEvent[]): Comparison {
  const found = new Map(events.map((event) => [event.number, event]));
  const { acknowledged, told, intended } = ledger;
  return {
    acknowledged: acknowledged.size,
    found: events.length,
    lost: count(acknowledged, (number) => !found.has(number)),
    doubled: events.length - found.size,
    invented: count(found.keys(), (number) => !told.has(number)),
    halved: count(events, ({ number, deliveries }) => deliveries !== deliveriesFor(number)),
    forgotten: count(intended, ([number, tries]) => (found.get(number)?.tries ?? 0) < tries),
  };
}

function count<T>(items: Iterable<T>, isCounted: (item: T) => boolean): number {
  let sum = 0;
  for (const item of items) if (isCounted(item)) sum += 1;
  return sum;
}

/** What is wrong in words; empty: nothing. */
export function wrongs(comparison: Comparison): readonly string[] {
  const { lost, doubled, invented, halved, forgotten } = comparison;
  return Object.entries({ lost, doubled, invented, halved, forgotten })
    .filter(([, number]) => number > 0)
    .map(([word, number]) => `${number} ${word}`);
}
