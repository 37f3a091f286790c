import type { z } from 'zod';

import type { Identity } from '../clients/identity.ts';
import type { Fetch } from '../lib/fetch.ts';
import type { Observation } from '../model/outcome.ts';

/** What a rule may require beside a green run: evidence that the thing itself happened. */
export interface Proof {
  /** The runs that belong to this start, as they stand now; none: not found (yet). */
  collect(search: Search, signal: AbortSignal): Promise<readonly Observation[]>;
}

export interface Search {
  readonly key: string;
  /** Nothing that started before can belong to this start. */
  readonly intendedAtMs: number;
  /** What the run printed, read when asked for. */
  readonly output: () => Promise<string>;
}

export interface ProofKind<Config extends z.ZodType = z.ZodType> {
  /** As written in a rule: `require: databricks_run`. */
  readonly type: string;
  /** The settings of the source that it looks into: host and identity. */
  readonly config: Config;
  open(config: z.infer<Config>, deps: ProofDeps): Proof;
}

export interface ProofDeps {
  readonly fetch: Fetch;
  readonly identity: (name: string) => Identity;
}

/** Ties a kind's `open` to its own configuration type. */
export function defineProof<Config extends z.ZodType>(kind: ProofKind<Config>): ProofKind<Config> {
  return kind;
}
