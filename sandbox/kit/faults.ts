import type { Channel, Fault } from './fault.ts';
import { seededRandom } from './seeded-random.ts';

export interface ListedFault extends Fault {
  readonly id: string;
  /** How many it fits, and how many of them it struck. */
  readonly matched: number;
  readonly struck: number;
}

/** A fault that strikes now. */
export interface Strike {
  readonly id: string;
  readonly fault: Fault;
  /** Of this fault alone: 0 to 1. */
  readonly random: () => number;
}

/** The faults of one sandbox; what they do is done by who meets them. */
export interface Faults {
  /** Adds a fault, and gives back the id it goes by; null: that id is taken. */
  add(fault: Fault): string | null;
  remove(id: string): boolean;
  clear(): void;
  list(): readonly ListedFault[];
  /**
   * Those of a channel that strike, in the order they were added. Each is counted when it is
   * taken, so that one that keeps the others from happening keeps them from being used up too.
   */
  striking(channel: Channel, fits: (fault: Fault, id: string) => boolean): Iterable<Strike>;
}

/** No faults yet, by this clock. */
export function openFaults(now: () => number): Faults {
  const rules = new Map<string, Rule>();
  let made = 0;

  return {
    add(fault) {
      do made += 1;
      while (fault.id === undefined && rules.has(`fault-${made}`));
      const id = fault.id ?? `fault-${made}`;
      if (rules.has(id)) return null;
      const random = seededRandom(fault.when.seed);
      rules.set(id, { id, fault, random, addedAtMs: now(), matched: 0, struck: 0 });
      return id;
    },
    remove: (id) => rules.delete(id),
    clear: () => rules.clear(),
    list: () =>
      [...rules.values()].map(({ id, fault, matched, struck }) => {
        return { ...fault, id, matched, struck };
      }),
    *striking(channel, fits) {
      for (const rule of rules.values()) {
        const { id, fault, random } = rule;
        if (fault.channel !== channel || !isInTime(rule, now()) || !fits(fault, id)) continue;
        if (isDue(rule)) yield { id, fault, random };
      }
    },
  };
}

interface Rule {
  readonly id: string;
  readonly fault: Fault;
  readonly random: () => number;
  readonly addedAtMs: number;
  matched: number;
  struck: number;
}

function isInTime({ fault, addedAtMs }: Rule, nowMs: number): boolean {
  const { after_ms: after, for_ms: lasts = Number.POSITIVE_INFINITY } = fault.when;
  const elapsed = nowMs - addedAtMs;
  return elapsed >= after && elapsed < after + lasts;
}

function isDue(rule: Rule): boolean {
  const { skip, probability, times = Number.POSITIVE_INFINITY } = rule.fault.when;
  rule.matched += 1;
  if (rule.matched <= skip || rule.struck >= times) return false;
  if (probability < 1 && rule.random() >= probability) return false;
  rule.struck += 1;
  return true;
}
