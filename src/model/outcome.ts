/** How a delivery really ended. There is no other way to be green than `succeeded`. */
export const verdicts = [
  'succeeded',
  'failed',
  'canceled',
  'timed_out',
  'skipped',
  /** Green there, but the evidence that the rule requires is missing. */
  'unproven',
  /** Contact lost: never green, never started twice. */
  'lost',
  /** Login or permission. */
  'refused',
] as const;
export type Verdict = (typeof verdicts)[number];

/** How a single run stands, by its own system's word and the truth table. */
export type RunState =
  | { readonly kind: 'running'; readonly status: string }
  | {
      readonly kind: 'ended';
      readonly verdict: RunVerdict;
      readonly reason: string;
      /** What its system says of its parts does not fit yet, and may only be late. */
      readonly mayLag?: true | undefined;
    };

/** A run alone is never `unproven`: that takes a rule that requires more of it. */
export type RunVerdict = 'succeeded' | 'failed' | 'canceled' | 'timed_out' | 'skipped';

/** A run as we saw it there: what a verdict rests on, and what a person can go and check. */
export interface Observation {
  /** `azure-pipelines`, `databricks`. */
  readonly system: string;
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly state: RunState;
  /** Who it ran as, by that system's word. */
  readonly actor: string | null;
  readonly commit: string | null;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
  /** The jobs of a pipeline run, the tasks of a Databricks run; their last attempts. */
  readonly parts: readonly Part[];
  /** How we know that it belongs to the delivery: `key`, `output`, or `start` when we started it. */
  readonly foundBy: 'start' | 'key' | 'output';
}

export interface Part {
  readonly name: string;
  readonly state: RunState;
  /** What it printed when it failed; cut to a few thousand characters. */
  readonly error: string | null;
}

/** A verdict with its proof. */
export interface Outcome {
  readonly verdict: Verdict;
  /** One sentence: why this verdict and no other. */
  readonly reason: string;
  readonly run: Observation | null;
  readonly evidence: readonly Observation[];
}
