import type { Observation, Verdict } from '../../model/outcome.ts';
import type { Progress } from './progress.ts';
import type { Look, Remains, Runner, StartedRun } from './runner.ts';
import type { StopRequests } from './stop-requests.ts';
import type { Surroundings } from './surroundings.ts';

/** What a person asked for. */
export interface Order {
  readonly runner: Runner;
  /** Of this attempt. */
  readonly key: string;
  /** Whether the key was given from outside, so that its run may be older than this process. */
  readonly isKeyGiven: boolean;
  /** Null: as long as it takes. */
  readonly timeoutMs: number | null;
  readonly onExisting: 'start' | 'wait' | 'cancel' | 'fail';
  readonly onCancel: 'cancel' | 'leave';
  readonly detach: boolean;
  /** How long to do without an answer while a run is going on. */
  readonly contactMs: number;
}

/** One order on its way. */
export interface Trip {
  readonly order: Order;
  readonly around: Surroundings;
  readonly progress: Progress;
  readonly stop: StopRequests;
  readonly beganAtMs: number;
  /** Infinity: none. */
  readonly deadlineMs: number;
}

/** How it ended, for us. */
export interface Ending {
  /** Null: it was started and, as asked, not followed. */
  readonly verdict: Verdict | null;
  readonly reason: string;
  readonly hint: string | null;
  readonly run: StartedRun | null;
  /** What was seen last. */
  readonly look: Look | null;
  /** By the ids of the tasks' attempts. */
  readonly remains: ReadonlyMap<string, Remains>;
  /** The runs that belong to it, where they are required. */
  readonly evidence: readonly Observation[];
}

/** An ending of which there is not more to tell. */
export function endingWith(
  verdict: Ending['verdict'],
  reason: string,
  more: Partial<Ending> = {},
): Ending {
  return {
    verdict,
    reason,
    hint: null,
    run: null,
    look: null,
    remains: new Map(),
    evidence: [],
    ...more,
  };
}
