/** What one part of the suite found. */
export type Report = Ran | NotRun;

export interface NotRun {
  readonly kind: 'not_run';
  readonly suite: Suite;
  readonly because: string;
}

export interface Ran {
  readonly kind: 'ran';
  readonly suite: Suite;
  readonly seed: string;
  /** How many power cuts, failing operations or kills. */
  readonly tried: number;
  /** How many events the ledger said were acknowledged, summed over all of them. */
  readonly acknowledged: number;
  /** How many events were found, also those that were on their way. */
  readonly found: number;
  readonly lost: number;
  readonly doubled: number;
  /** How often something was wrong, these and all else: damage, halves, no answer, no recovery. */
  readonly wrongs: number;
  /** The first of them, each with what to do to see it again. */
  readonly first: readonly string[];
  readonly ms: number;
}

export const suites = ['power', 'disk', 'kill'] as const;
export type Suite = (typeof suites)[number];

const MOST_SHOWN = 10;

/** Adds up a report while the suite runs. */
export interface Tally {
  add(one: {
    readonly acknowledged: number;
    readonly found: number;
    readonly lost: number;
    readonly doubled: number;
    readonly wrong: readonly string[];
    /** Said in front of what is wrong: where, and how to see it again. */
    readonly where: string;
  }): void;
  report(): Ran;
}

/** An empty report of a suite that begins now. */
export function openTally(suite: Suite, seed: string): Tally {
  const startedMs = performance.now();
  const sum = { tried: 0, acknowledged: 0, found: 0, lost: 0, doubled: 0, wrongs: 0 };
  const first: string[] = [];
  return {
    add({ acknowledged, found, lost, doubled, wrong, where }) {
      sum.tried += 1;
      sum.acknowledged += acknowledged;
      sum.found += found;
      sum.lost += lost;
      sum.doubled += doubled;
      if (wrong.length === 0) return;
      sum.wrongs += 1;
      if (first.length < MOST_SHOWN) first.push(`${where}: ${wrong.join('; ')}`);
    },
    report: () => ({
      kind: 'ran',
      suite,
      seed,
      ...sum,
      first,
      ms: Math.round(performance.now() - startedMs),
    }),
  };
}

/** One report made of the parts of a suite that ran beside each other. */
export function merged(reports: readonly Ran[], seed: string): Ran | null {
  const [one] = reports;
  if (!one) return null;
  const sum = (of: (report: Ran) => number) => reports.reduce((all, report) => all + of(report), 0);
  return {
    ...one,
    seed,
    tried: sum(({ tried }) => tried),
    acknowledged: sum(({ acknowledged }) => acknowledged),
    found: sum(({ found }) => found),
    lost: sum(({ lost }) => lost),
    doubled: sum(({ doubled }) => doubled),
    wrongs: sum(({ wrongs }) => wrongs),
    first: reports.flatMap(({ first }) => first).slice(0, MOST_SHOWN),
    ms: Math.max(...reports.map(({ ms }) => ms)),
  };
}
