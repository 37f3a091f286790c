import { SignalboxError } from '../lib/errors.ts';
import type { Breaker, Heard } from '../model/breaker.ts';
import type { Delivery, Transition } from '../model/delivery.ts';
import type { Event } from '../model/event.ts';
import type { News } from '../model/news.ts';
import type { NextAttempt } from '../model/plan-replay.ts';
import type { Allowance } from '../model/rate.ts';
import type { ReportForm } from '../model/report.ts';
import type { Limits } from '../model/terms.ts';
import type { Wish } from '../model/wish.ts';
import type {
  CancelAnswer,
  CancelRequest,
  DeliveryFilter,
  EarlierAttempt,
  KeyClaim,
  KeyClaimed,
  Page,
  SavedCancel,
} from './asking.ts';

/**
 * What Signalbox remembers. Every method is one transaction: all of it is durable, or none.
 *
 * Whoever works on a delivery holds it, for as long as its lease runs: claiming gives it a new
 * `epoch`, and who writes with another one has lost it, and writes nothing.
 *
 * @throws {TransientError} from any method: the database does not answer, or its queue is full
 */
export interface Store {
  /** Epoch milliseconds by the clock of the database, which decides what is due. */
  now(): number;

  /** True while so much waits to be written that more would only be turned away. */
  isFull(): boolean;

  /** Calls back when this or another process may have stored something to do: a hint, no more. */
  onHint(listener: (news: readonly News[]) => void): () => void;

  /**
   * Stores an event with its deliveries, and where its model version stands by it.
   * An identity that is there already stores nothing.
   */
  addEvent(event: Event, deliveries: readonly NewDelivery[]): Promise<Added>;

  /** Counts a request that was turned away. */
  countRefusal(refusal: { source: string; reason: string; atMs: number }): Promise<void>;

  /**
   * Claims deliveries to be started, as many as the targets take, and stores the intent: the lanes
   * go round, and of one one-at-a-time key one is under way. One process claims at a time, so that
   * what is counted stays true; nobody waits for another's claim.
   */
  claimToStart(claim: StartClaim): Promise<ClaimedStarts>;

  /** Claims running deliveries of a target that are due to be looked at, longest overdue first. */
  claimToFollow(target: string, claim: Claim): Promise<readonly StoredDelivery[]>;

  /** The targets that have running deliveries. */
  targetsFollowed(): Promise<readonly string[]>;

  /** Makes the running delivery of this run due at once; resolves to how many there were. */
  hasten(told: { readonly target: string; readonly run: string }): Promise<number>;

  /** Claims deliveries with a report that is due, also those that a dead process was writing. */
  claimReports(claim: Claim): Promise<readonly Unreported[]>;

  /** Claims deliveries that a person asked to cancel, where somebody can do something about it. */
  claimToCancel(claim: Claim): Promise<readonly StoredDelivery[]>;

  /** Lets the leases of these run on; resolves to the ids of those that are still in our hands. */
  extend(held: readonly Held[], leaseMs: number): Promise<ReadonlySet<string>>;

  /** Gives back what was claimed and is not to be carried on, for anybody to take up. */
  release(held: Held): Promise<void>;

  /**
   * Stores how a delivery stands now, with all that belongs to it; resolves to it with its epoch.
   * What its attempt has begun with (key, target, request …) stays as it was.
   * @throws {LeaseLost} it is in other hands: nothing was stored
   */
  save(delivery: StoredDelivery, saved: Saved): Promise<StoredDelivery>;

  /**
   * Stores how a report of a delivery in our hands stands.
   * @throws {LeaseLost} it is in other hands: nothing was stored
   */
  saveReport(held: Held, report: ReportRecord): Promise<void>;

  /**
   * Ends a delivery that has not begun to start, in whoever's hands it is, or else remembers that
   * its run is to be canceled: before anybody is asked to.
   */
  askToCancel(asked: CancelRequest): Promise<CancelAnswer>;

  /**
   * Stores what came of asking a target to cancel a run.
   * @throws {LeaseLost} it is in other hands: nothing was stored
   */
  saveCancel(held: Held, saved: SavedCancel): Promise<void>;

  /** Puts a dead letter aside; false: it is none, or was put aside before. */
  dismiss(dismissed: { id: string; wish: Wish; reason: string }): Promise<boolean>;

  /**
   * Takes a delivery that is over to its next attempt, unless another has: of all who saw the same
   * attempt, one makes the next. What is known of the attempt before is kept beside it.
   */
  startAgain(
    id: string,
    next: NextAttempt,
    wish: { reason: string; atMs: number },
  ): Promise<boolean>;

  /**
   * Gives a start key to the run that asks first. Where the delivery does not know its run yet, it
   * is taken from whoever starts it or looks for it: what has the key is to be followed.
   */
  claimKey(claim: KeyClaim): Promise<KeyClaimed>;

  /** Takes a key back from a run that turned out not to carry it. */
  dropKey(held: { readonly key: string; readonly run: string }): Promise<void>;

  /** Where each version of a source stood when last heard of. */
  standings(source: string): Promise<readonly KnownStanding[]>;

  /** Notes a finished comparison with the registry; the first one also where versions stand by it. */
  saveSurvey(survey: {
    source: string;
    atMs: number;
    standings: readonly KnownStanding[];
  }): Promise<void>;

  /** When a source was last compared, epoch milliseconds; null: never. */
  surveyedAt(source: string): Promise<number | null>;

  /** How the targets stand that were called, or have something to be started. */
  targetStates(): Promise<readonly TargetState[]>;

  event(id: string): Promise<Event | null>;
  delivery(id: string): Promise<StoredDelivery | null>;
  /** Newest first; those before that event, where one is named. */
  events(limit: number, before?: string): Promise<readonly Event[]>;
  /** One page of the deliveries that were looked for, newest first. */
  listed(filter: DeliveryFilter, page: Page): Promise<Listed>;
  /** The id of the run that has claimed a key; null: none has. */
  claimantOf(key: string): Promise<string | null>;
  /** How many dead letters nobody has put aside. */
  countDead(): Promise<number>;
  /** What is known of the attempts before the present ones, oldest first. */
  earlierAttempts(deliveries: readonly string[]): Promise<readonly EarlierAttempt[]>;
  deliveriesOf(events: readonly string[]): Promise<readonly StoredDelivery[]>;
  transitionsOf(deliveries: readonly string[]): Promise<readonly Transition[]>;
  reportsOf(deliveries: readonly string[]): Promise<readonly ReportRecord[]>;
  refusals(): Promise<readonly Refusal[]>;

  /** Resolves when what was asked to be written is, and the database is closed. */
  close(): Promise<void>;
}

/** The delivery is in other hands by now: whoever held it drops it, and writes nothing. */
export class LeaseLost extends SignalboxError {
  constructor(delivery: string) {
    super('LEASE_LOST', `${delivery} is in other hands`);
  }
}

export interface Claim {
  /** Who claims: one name for each process. */
  readonly owner: string;
  readonly leaseMs: number;
  readonly limit: number;
}

export interface Held {
  readonly id: string;
  /** Counts the hands that it went through. */
  readonly epoch: number;
}

export type StoredDelivery = Delivery & Held & Asked;

/** What people have asked of it; it is written by what they do, and by no step of the flow. */
export interface Asked {
  /** To cancel it; null: nobody has. */
  readonly cancel: Wish | null;
  /** To put it aside, a dead letter; null: nobody has. */
  readonly dismissed: Wish | null;
}

/** A delivery in our hands, with all of its reports. */
export interface Unreported {
  readonly delivery: StoredDelivery;
  readonly event: Event;
  readonly reports: readonly ReportRecord[];
}

export type NewDelivery = Omit<Delivery, 'event'>;

export type Added =
  | { readonly kind: 'new'; readonly id: string }
  /** Known already, as the event of this id. */
  | { readonly kind: 'duplicate'; readonly id: string };

export interface StartClaim extends Omit<Claim, 'limit'> {
  /** How long after a start call a run that it caused may still surface. */
  readonly settleMs: number;
  /** The targets that there are; what is for no other and has waited for long is claimed, too. */
  readonly targets: readonly TargetRoom[];
  /** What the calls since the claim before say of their targets, in the order in which they ended. */
  readonly heard: readonly TargetHeard[];
  /** A number from 0 to 1, for jitter. */
  readonly chance: number;
}

export interface TargetRoom {
  readonly name: string;
  /** How many deliveries may be claimed. */
  readonly room: number;
  readonly limits: Limits;
}

export interface TargetHeard {
  readonly target: string;
  readonly heard: Heard;
}

export interface ClaimedStarts {
  /** The intent is stored: the call may be made. */
  readonly toStart: readonly StoredDelivery[];
  /** A start of theirs went unanswered, or its process is no more: to be looked for first. */
  readonly toLookFor: readonly StoredDelivery[];
  /** The events of those that were found to have to wait, or never to start. */
  readonly passedOver: readonly string[];
  /** How the targets stand now; none where there was nothing to be claimed. */
  readonly targets: readonly Target[];
  /** True where another process was claiming: nothing was claimed or heard, so ask again soon. */
  readonly isBusy: boolean;
}

/** What all processes know of a target. */
export interface Target {
  readonly name: string;
  readonly allowance: Allowance;
  readonly breaker: Breaker;
}

export interface TargetState extends Target {
  /** How many runs are under way there. */
  readonly underWay: number;
}

export interface Saved {
  /** Said on the timeline; without it nothing is added there. */
  readonly say?: string;
  readonly atMs: number;
  /** What its end calls for to be written back. */
  readonly reports?: readonly ReportForm[];
  /** How one of its reports stands by it. */
  readonly report?: ReportRecord;
  /** True while we work on: then the lease stays ours. */
  readonly keep?: boolean;
}

/** `writing`: the intent is stored, the call may be under way. `failed` is final. */
export const reportStates = ['pending', 'writing', 'done', 'failed'] as const;
export type ReportState = (typeof reportStates)[number];

export interface ReportRecord {
  readonly delivery: string;
  readonly form: ReportForm;
  readonly state: ReportState;
  readonly tries: number;
  readonly dueAtMs: number;
  readonly atMs: number;
  readonly reason: string;
}

export interface KnownStanding {
  readonly model: string;
  readonly version: string;
  readonly stage: string;
  readonly changedAtMs: number;
  /** True where the comparison found it, and no webhook told us. */
  readonly recovered: boolean;
}

export interface Refusal {
  readonly source: string;
  readonly reason: string;
  readonly count: number;
  readonly lastAtMs: number;
}

export interface Listed {
  readonly deliveries: readonly StoredDelivery[];
  /** Where the next page begins; null: this is the last. A page may be short and not the last. */
  readonly next: string | null;
}
