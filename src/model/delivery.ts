import type { WhenBusy } from './one-at-a-time.ts';
import type { Observation, Verdict } from './outcome.ts';
import type { ReportForm } from './report.ts';
import type { Requirement } from './rule.ts';

/**
 * Where a delivery is in its life.
 *
 * `ended` is its last phase where nothing is to be written back, else `reported` is.
 * `starting` means that the intent is stored and the call may be under way: whoever finds a
 * delivery there after a crash does not know whether it was made, and treats it as `uncertain`.
 */
export const phases = [
  'pending',
  'held',
  'starting',
  'waiting',
  'uncertain',
  'running',
  'ended',
  'reported',
  'dead',
] as const;
export type Phase = (typeof phases)[number];

/** What can happen to a delivery. */
export type Step =
  | 'hold' // another delivery of the same one-at-a-time key is under way
  | 'supersede' // a newer one of the key has come, and the newest wins
  | 'begin' // the intent to start is stored
  | 'started' // the target named the run
  | 'put_off' // nothing was started: again later
  | 'doubt' // a start went unanswered: look first
  | 'ended'
  | 'reported'
  | 'give_up' // again cannot help, or the time is used up
  | 'cancel' // a person asked for it, and nothing was started
  | 'replay'; // a person asked for it: the next attempt

const moves: Readonly<Record<Phase, Readonly<Partial<Record<Step, Phase>>>>> = {
  pending: {
    hold: 'held',
    supersede: 'ended',
    begin: 'starting',
    give_up: 'dead',
    cancel: 'ended',
  },
  held: {
    hold: 'held',
    supersede: 'ended',
    begin: 'starting',
    give_up: 'dead',
    cancel: 'ended',
  },
  starting: { started: 'running', put_off: 'waiting', doubt: 'uncertain', give_up: 'dead' },
  waiting: { supersede: 'ended', begin: 'starting', give_up: 'dead', cancel: 'ended' },
  uncertain: { started: 'running', begin: 'starting', give_up: 'dead', cancel: 'ended' },
  running: { ended: 'ended', give_up: 'dead' },
  ended: { reported: 'reported', replay: 'pending' },
  reported: { replay: 'pending' },
  dead: { replay: 'pending' },
};

/**
 * The phase that a step leads to.
 * @throws {RangeError} there is no such way: a bug of ours
 */
export function advance(from: Phase, step: Step): Phase {
  const to = moves[from][step];
  if (!to) throw new RangeError(`a delivery that is ${from} cannot take the step ${step}`);
  return to;
}

/** One event on its way to one target, because one rule said so. */
export interface Delivery {
  /** `dlv_…` */
  readonly id: string;
  readonly event: string;
  readonly rule: string;
  readonly target: string;
  readonly phase: Phase;
  /** Counts from 1, once more for each replay: a new attempt is a new key and a new run. */
  readonly attempt: number;
  /** What a start carries, so that its run can be found again. */
  readonly key: string;
  /** The rule's `run` for this event, evaluated when the event came. */
  readonly request: unknown;
  /** Whose turn it takes at its target: see `laneOf`. */
  readonly lane: string;
  /** Deliveries with the same one run one after the other, */
  readonly oneAtATime: string | null;
  /** or only the newest of those that wait does. */
  readonly whenBusy: WhenBusy;
  /** What counts as proof, as the rule said when the event came; null: the run itself. */
  readonly requirement: Requirement | null;
  /** How its end is written back. */
  readonly reports: readonly ReportForm[];
  /** How often this attempt has been tried. */
  readonly tries: number;
  /** When the intent of this attempt was first stored. */
  readonly intendedAtMs: number | null;
  /** When it went into its present phase. */
  readonly sinceMs: number;
  /** When it wants to be looked at again. */
  readonly dueAtMs: number;
  readonly createdAtMs: number;
  readonly run: StartedRun | null;
  /** What was seen last of the run and of the evidence; complete once there is a verdict. */
  readonly seen: Seen | null;
  /** When its target last answered; null: not since the run was started. */
  readonly seenAtMs: number | null;
  readonly verdict: Verdict | null;
  /** Why it is where it is, in one sentence. */
  readonly reason: string;
}

/** As the target named it. */
export interface StartedRun {
  readonly id: string;
  readonly place: Readonly<Record<string, string>>;
  readonly url: string;
}

/** The last look at the run and its evidence. */
export interface Seen {
  readonly run: Observation | null;
  readonly evidence: readonly Observation[];
  /** When we first saw the run over, by our own clock; null: it is not. */
  readonly overSinceMs: number | null;
}

/** One line of a delivery's timeline. */
export interface Transition {
  readonly delivery: string;
  readonly atMs: number;
  readonly phase: Phase;
  readonly reason: string;
}
