import { SignalboxError } from '../lib/errors.ts';
import type { Delivery, Transition } from '../model/delivery.ts';
import type { Event } from '../model/event.ts';
import type { ReportForm } from '../model/report.ts';

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

  /** Calls back when another process may have stored something to do: a hint, not the truth. */
  onHint(listener: () => void): () => void;

  /**
   * Stores an event with its deliveries, and where its model version stands by it.
   * An identity that is there already stores nothing.
   */
  addEvent(event: Event, deliveries: readonly NewDelivery[]): Promise<Added>;

  /** Counts a request that was turned away. */
  countRefusal(refusal: { source: string; reason: string; atMs: number }): Promise<void>;

  /**
   * Claims deliveries to be started that are due, oldest first, without those whose one-at-a-time
   * key is taken by another that is under way or older.
   */
  claimToStart(claim: Claim): Promise<readonly StoredDelivery[]>;

  /** Claims running deliveries that are due to be looked at, longest overdue first. */
  claimToFollow(claim: Claim): Promise<readonly StoredDelivery[]>;

  /** Claims deliveries with a report that is due, also those that a dead process was writing. */
  claimReports(claim: Claim): Promise<readonly Unreported[]>;

  /** Lets the leases of these run on; resolves to the ids of those that are still in our hands. */
  extend(held: readonly Held[], leaseMs: number): Promise<ReadonlySet<string>>;

  /** Gives back what was claimed and is not to be carried on, for anybody to take up. */
  release(held: Held): Promise<void>;

  /** Pending deliveries that wait for another of their one-at-a-time key. */
  blocked(limit: number): Promise<readonly Blocked[]>;

  /**
   * Stores a delivery as it is now, with all that belongs to it; resolves to it with its epoch.
   * @throws {LeaseLost} it is in other hands: nothing was stored
   */
  save(delivery: StoredDelivery, saved: Saved): Promise<StoredDelivery>;

  /**
   * Stores how a report of a delivery in our hands stands.
   * @throws {LeaseLost} it is in other hands: nothing was stored
   */
  saveReport(held: Held, report: ReportRecord): Promise<void>;

  /** Where each version of a source stood when last heard of. */
  standings(source: string): Promise<readonly KnownStanding[]>;

  /** Notes a finished comparison with the registry, and where versions stand by it. */
  saveSurvey(survey: {
    source: string;
    atMs: number;
    standings: readonly KnownStanding[];
  }): Promise<void>;

  /** When a source was last compared, epoch milliseconds; null: never. */
  surveyedAt(source: string): Promise<number | null>;

  event(id: string): Promise<Event | null>;
  delivery(id: string): Promise<StoredDelivery | null>;
  /** Newest first. */
  events(limit: number): Promise<readonly Event[]>;
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

export type StoredDelivery = Delivery & Held;

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

export interface Blocked {
  readonly delivery: StoredDelivery;
  /** The delivery that it waits for. */
  readonly by: string;
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
