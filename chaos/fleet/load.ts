import { createHmac } from 'node:crypto';
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import { random } from '../random.ts';
import { openAcknowledged } from './acknowledged.ts';
import { SOURCE } from './organization.ts';
import { bodyOf, post } from './telling.ts';

/** The registry that tells of events, and what it was answered. */
export interface Load {
  /** Tells all of them; resolves once each is acknowledged. */
  run(): Promise<void>;
  /** By number, the id under which an event was acknowledged. */
  readonly acknowledged: ReadonlyMap<number, string>;
  /** Acknowledged twice, as two events. */
  readonly contradictions: readonly string[];
  readonly counts: Readonly<LoadCounts>;
  /** Holds the load up, or lets it go on. */
  hold(isHeld: boolean): void;
  /** Resolves when the next event is acknowledged by that address, or after a while. */
  nextFrom(url: string, withinMs: number): Promise<void>;
}

export interface LoadCounts {
  /** Events that were told so far. */
  told: number;
  /** Tellings that were not answered with 2xx, and were told again. */
  refused: number;
  /** Tellings of what had been acknowledged before. */
  toldTwice: number;
}

export interface LoadOptions {
  readonly events: number;
  /** Events a second, at most. */
  readonly rate: number;
  readonly seed: string;
  readonly urls: readonly string[];
  readonly signingSecret: string;
  /** A file: one line for each event that was acknowledged. */
  readonly ledger: string;
  readonly signal: AbortSignal;
}

const TICK_MS = 20;
const MOST_UNDER_WAY = 32;
const LONGEST_PAUSE_MS = 1000;
const TWICE = 0.03;
/** So far may an event be told before one that happened earlier. */
const OUT_OF_ORDER = 8;

/** A load that tells each event until somebody acknowledges it, some twice, and some out of order. */
export function openLoad(options: LoadOptions): Load {
  const { events, rate, signal } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: MOST_UNDER_WAY });
  const acknowledged = openAcknowledged(options.ledger);
  const counts: LoadCounts = { told: 0, refused: 0, toldTwice: 0 };
  const gate = { isHeld: false, underWay: 0 };
  const mayTell = () => !gate.isHeld && gate.underWay < MOST_UNDER_WAY;
  const start = async (number: number): Promise<void> => {
    gate.underWay += 1;
    counts.told += 1;
    await tell(number, { ...options, agent, counts, noteDown: acknowledged.noteDown });
    gate.underWay -= 1;
  };

  return {
    async run() {
      const tellings: Promise<void>[] = [];
      let credit = 0;
      for (let next = 0; next < events && !signal.aborted; ) {
        await sleep(TICK_MS);
        credit = Math.min(credit + (rate * TICK_MS) / 1000, rate);
        for (; credit >= 1 && next < events && mayTell(); credit -= 1) {
          tellings.push(start(shuffled(next, events)));
          next += 1;
        }
      }
      await Promise.all(tellings);
      acknowledged.close();
      agent.destroy();
    },
    acknowledged: acknowledged.ids,
    contradictions: acknowledged.contradictions,
    counts,
    hold(isHeld) {
      gate.isHeld = isHeld;
    },
    nextFrom: acknowledged.nextFrom,
  };
}

interface Telling extends LoadOptions {
  readonly agent: Agent;
  readonly counts: LoadCounts;
  /** True if it had been acknowledged before. */
  readonly noteDown: (number: number, id: string, url: string) => boolean;
}

async function tell(number: number, telling: Telling): Promise<void> {
  const { seed, signingSecret, urls, signal, agent, counts } = telling;
  const choose = random(seed, 'tell', number);
  const body = bodyOf(number);
  const signature = createHmac('sha256', signingSecret).update(body).digest('hex');
  let left = choose.chance(TWICE) ? 2 : 1;
  while (left > 0 && !signal.aborted) {
    const url = urls[choose.below(urls.length)] ?? '';
    const id = await post(`${url}/hooks/${SOURCE}`, { body, signature, agent }).catch(() => null);
    if (id === null) {
      counts.refused += 1;
      await sleep(choose.below(LONGEST_PAUSE_MS));
      continue;
    }
    if (telling.noteDown(number, id, url)) counts.toldTwice += 1;
    left -= 1;
  }
}

/** The same numbers in another order: each run of a few is told backwards. */
function shuffled(at: number, events: number): number {
  const first = at - (at % OUT_OF_ORDER);
  const last = Math.min(first + OUT_OF_ORDER, events) - 1;
  return first + last - at;
}
