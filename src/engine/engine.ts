import type { After } from '../lib/after.ts';
import type { Log } from '../lib/log.ts';
import type { Backoff } from '../model/backoff.ts';
import type { Requirement, Rule } from '../model/rule.ts';
import type { Terms } from '../model/terms.ts';
import type { Proof } from '../proofs/proof.ts';
import type { Source } from '../sources/source.ts';
import type { Store } from '../store/store.ts';
import type { Target } from '../targets/target.ts';

/** What every step of the flow works with; nothing in it is global, so a test hands in its own. */
export interface Engine {
  readonly store: Store;
  /** Whose claims ours are: one name for each process. */
  readonly owner: string;
  readonly rules: readonly Rule[];
  readonly sources: ReadonlyMap<string, Source>;
  readonly targets: ReadonlyMap<string, Target>;
  /** On which terms each target is called, by its name. */
  readonly terms: (target: string) => Terms;
  readonly proof: (requirement: Requirement) => Proof | null;
  readonly settings: EngineSettings;
  /** Epoch milliseconds, by the store's clock. */
  readonly now: () => number;
  /** What wakes us later: time is a value here, too. */
  readonly after: After;
  /** A number from 0 to 1, for jitter. */
  readonly chance: () => number;
  /** `evt_…`: later ones sort after earlier ones. */
  readonly newId: (prefix: 'evt' | 'dlv') => string;
  readonly log: Log;
  /** Called after every change that a person may be looking at. */
  readonly changed: (eventId: string) => void;
}

export interface EngineSettings {
  /** How long after a start call a run that it caused may still surface there. */
  readonly settleMs: number;
  /** How often a young run is looked at, */
  readonly pollMs: number;
  /** and how long one that is old goes unlooked at. */
  readonly longestPollMs: number;
  /** How long evidence may lag behind a run that is over. */
  readonly proofWaitMs: number;
  /** How long a run may stay out of sight before contact counts as lost. */
  readonly lostAfterMs: number;
  /** How long one call may take. */
  readonly callMs: number;
  readonly backoff: Backoff;
  /** How many deliveries one step handles at the same time; of starts: at each target. */
  readonly concurrency: number;
  /** How long what we have claimed stays ours when nothing is heard of us. */
  readonly leaseMs: number;
}

/** What one step of the flow did in one go. */
export interface StepRun {
  /** How many things it handled: more than none means that there may be more. */
  readonly handled: number;
}
