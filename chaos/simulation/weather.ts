import type { Random } from '../random.ts';

/** Every kind of fault there is; the tests want each of them to have struck. */
export const faults = [
  'start.unreachable',
  'start.busy',
  'start.refused',
  'start.request-lost',
  'start.reply-lost',
  'start.silent',
  'start.surfaces-late',
  'start.listed-late',
  'read.fails',
  'read.silent',
  'read.slow',
  'report.busy',
  'report.refused',
  'report.reply-lost',
  'report.silent',
  'store.fails-before',
  'store.fails-after',
  'store.slow',
  'process.killed',
  'process.killed-with-its-calls',
  'process.paused',
  'process.stopped',
  'hint.lost',
  'webhook.twice',
  'webhook.late',
  'webhook.never',
  'webhook.reply-lost',
  'evidence.late',
  'evidence.never',
  'clock.apart',
  'target.outage',
] as const;
export type Fault = (typeof faults)[number];

export type Hits = Map<Fault, number>;

/** Says of each thing that could go wrong whether it does. */
export interface Weather {
  /** True when it strikes here and now; counted. */
  readonly strikes: (fault: Fault) => boolean;
  /** From now on nothing strikes any more. */
  clear(): void;
}

/** How often those strike that do at all, of a hundred times; where none is named: as it comes. */
const RATES: readonly number[] = [3, 10, 25];
const OWN_RATES: Readonly<Partial<Record<Fault, number>>> = {
  // At every call: a process that is always dead does nothing that could be wrong.
  'process.killed': 1,
  'process.killed-with-its-calls': 1,
  'process.paused': 1.5,
  'process.stopped': 0.3,
  'store.slow': 4,
  // Ends what it strikes, and with it all that could still go wrong there.
  'start.refused': 3,
  'clock.apart': 60,
  'target.outage': 60,
};

/** Of each seed's own choice: some faults strike often, some seldom, half of them never. */
export function openWeather(random: Random, hits: Hits): Weather {
  const rates = new Map(faults.map((fault) => [fault, rateOf(random, fault)]));
  let isClear = false;
  return {
    strikes(fault) {
      const share = isClear ? 0 : (rates.get(fault) ?? 0);
      if (share === 0 || !random.chance(share)) return false;
      hits.set(fault, (hits.get(fault) ?? 0) + 1);
      return true;
    },
    clear() {
      isClear = true;
    },
  };
}

function rateOf(random: Random, fault: Fault): number {
  const isOn = random.chance(fault === 'target.outage' ? 0.05 : 0.5);
  const usual = RATES[random.below(RATES.length)] ?? 0;
  return isOn ? (OWN_RATES[fault] ?? usual) / 100 : 0;
}
