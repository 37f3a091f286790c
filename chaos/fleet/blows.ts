import { type Random, random } from '../random.ts';
import type { Moment } from './weather.ts';

/** One thing that is done to the fleet; the same for the same seed and number. */
export type Blow =
  | {
      readonly kind: 'kill';
      /** Whom; together they die at once. */
      readonly victims: readonly number[];
      readonly when: When;
      /** How often it is killed again while it is coming back. */
      readonly again: readonly number[];
      readonly downMs: number;
    }
  | { readonly kind: 'freeze'; readonly victim: number; readonly forMs: number }
  | {
      readonly kind: 'part';
      readonly victim: number;
      readonly from: 'sandbox' | 'database';
      readonly how: 'cut' | 'stall';
      readonly forMs: number;
    }
  | { readonly kind: 'crash-database' };

export type When =
  | { readonly kind: 'at-random'; readonly afterMs: number }
  /** Right after it has acknowledged an event. */
  | { readonly kind: 'acknowledged'; readonly afterMs: number }
  /** In the middle of such a call. */
  | { readonly kind: 'caught'; readonly moment: Moment; readonly afterMs: number };

export interface BlowsOptions {
  readonly seed: string;
  readonly kills: number;
  readonly replicas: number;
  readonly store: 'sqlite' | 'postgres';
  /** Others take a replica's work over after this: a frozen one is frozen for longer. */
  readonly leaseMs: number;
  /** What is sent later than this is not looked for any more: nobody is frozen for as long. */
  readonly settleMs: number;
}

/** All that is done to the fleet, in order: at least so many kills, and the rest in between. */
export function blowsFor(options: BlowsOptions): readonly Blow[] {
  const blows: Blow[] = [];
  for (let kills = 0, number = 0; kills < options.kills; number += 1) {
    const blow = blowFor(options, random(options.seed, 'blow', number));
    blows.push(blow);
    kills += killsIn(blow);
  }
  return blows;
}

/** How many kills -9 there are in it. */
export function killsIn(blow: Blow): number {
  return blow.kind === 'kill' ? blow.victims.length + blow.again.length : 0;
}

const KILLS = 0.75;
const KILLS_AGAIN = 0.15;
const ALL_AT_ONCE = 0.2;
const LONGEST_DOWN_MS = 700;
const STARTING_MS = 900;

function blowFor(options: BlowsOptions, choose: Random): Blow {
  if (choose.chance(KILLS)) return killFor(options, choose);
  const { replicas, leaseMs, settleMs } = options;
  const victim = choose.below(replicas);
  const [least, most] = [leaseMs * 1.2, Math.min(leaseMs * 1.8, settleMs * 0.8)];
  const forMs = Math.round(least + choose.below(most - least));
  switch (choose.below(options.store === 'postgres' ? 5 : 3)) {
    case 0:
      return { kind: 'freeze', victim, forMs };
    case 1:
      return { kind: 'part', victim, from: 'sandbox', how: 'cut', forMs };
    case 2:
      return { kind: 'part', victim, from: 'sandbox', how: 'stall', forMs };
    case 3:
      return { kind: 'part', victim, from: 'database', how: cutOrStall(choose), forMs };
    default:
      return { kind: 'crash-database' };
  }
}

function cutOrStall(choose: Random): 'cut' | 'stall' {
  return choose.chance(0.5) ? 'cut' : 'stall';
}

function killFor({ replicas }: BlowsOptions, choose: Random): Blow {
  const isAll = replicas > 1 && choose.chance(ALL_AT_ONCE);
  const all = Array.from({ length: replicas }, (_, at) => at);
  const victims = isAll ? all : [choose.below(replicas)];
  const again = choose.chance(KILLS_AGAIN) ? [choose.below(STARTING_MS)] : [];
  return {
    kind: 'kill',
    victims,
    when: whenFor(choose),
    again,
    downMs: choose.below(LONGEST_DOWN_MS),
  };
}

const moments: readonly Moment[] = [
  'before-start',
  'after-start',
  'after-start',
  'late-start',
  'during-look',
  'during-list',
  'during-report',
];

function whenFor(choose: Random): When {
  const afterMs = choose.below(30);
  switch (choose.below(4)) {
    case 0:
      return { kind: 'acknowledged', afterMs: choose.below(6) };
    case 1:
      return { kind: 'at-random', afterMs: choose.below(1000) };
    default:
      return {
        kind: 'caught',
        moment: moments[choose.below(moments.length)] ?? 'after-start',
        afterMs,
      };
  }
}
