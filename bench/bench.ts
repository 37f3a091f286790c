/** One thing that is measured; `npm run bench` runs those that `main.ts` lists. */
export interface Bench {
  /** For `--only`, and the page's section: `intake`. */
  readonly name: string;
  /** One sentence: what is measured, and against what. */
  readonly what: string;
  run(options: BenchOptions): Promise<readonly Measured[]>;
}

export interface BenchOptions {
  /** How often each case is measured, in turn with the others. */
  readonly rounds: number;
  /** For a look while developing: everything short, and nothing to be quoted. */
  readonly isQuick: boolean;
  /** How many deliveries the large store of `growth` has. */
  readonly rows: number;
  /** A folder on a real disk for what the bench leaves lying; removed afterwards. */
  readonly folder: string;
  /** Says how far it has come. */
  readonly say: (line: string) => void;
}

/** One line of a bench's table. */
export type Measured = Figure | NotRun;

export interface Figure {
  readonly kind: 'figure';
  /** `32 connections: as it is, against a commit for each request` */
  readonly what: string;
  /** `/s`, `ms`, `MB`, `×` for a ratio … */
  readonly unit: string;
  readonly rounds: readonly Round[];
  readonly limit?: Limit;
}

export interface Round {
  readonly value: number;
  /** Share of the whole machine, 0 to 1, that others used meanwhile; NaN: not known. */
  readonly foreign: number;
}

export interface Limit {
  readonly kind: 'at_least' | 'at_most';
  readonly value: number;
}

/** What could not be brought here counts as not run, never as passed. */
export interface NotRun {
  readonly kind: 'not_run';
  readonly what: string;
  readonly because: string;
}
