import type { Delivery, Transition } from '../model/delivery.ts';
import type { Event } from '../model/event.ts';
import type { ReportForm } from '../model/report.ts';

/** What Signalbox remembers. Every method is one transaction: all of it is durable, or none. */
export interface Store {
  /**
   * Stores an event with its deliveries, and where its model version stands by it.
   * An identity that is there already stores nothing.
   */
  addEvent(event: Event, deliveries: readonly NewDelivery[]): Promise<Added>;

  /** Counts a request that was turned away. */
  countRefusal(refusal: { source: string; reason: string; atMs: number }): Promise<void>;

  /**
   * Deliveries to be started that are due, oldest first, without those whose one-at-a-time key is
   * taken by another that is under way or older.
   */
  dueToStart(nowMs: number, limit: number): Promise<readonly Delivery[]>;

  /** Pending deliveries that wait for another of their one-at-a-time key. */
  blocked(limit: number): Promise<readonly Blocked[]>;

  /** Running deliveries that are due to be looked at, longest overdue first. */
  dueToFollow(nowMs: number, limit: number): Promise<readonly Delivery[]>;

  /**
   * Stores a delivery as it is now; with a line of its timeline where something is to be said, and
   * with the reports that its end calls for.
   */
  save(delivery: Delivery, saved?: Saved): Promise<void>;

  /** Reports that are still to be written, also those that a dead process was writing. */
  dueReports(nowMs: number, limit: number): Promise<readonly ReportRecord[]>;

  /** Stores how a report stands. */
  saveReport(report: ReportRecord): Promise<void>;

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
  delivery(id: string): Promise<Delivery | null>;
  /** Newest first. */
  events(limit: number): Promise<readonly Event[]>;
  deliveriesOf(events: readonly string[]): Promise<readonly Delivery[]>;
  transitionsOf(deliveries: readonly string[]): Promise<readonly Transition[]>;
  reportsOf(deliveries: readonly string[]): Promise<readonly ReportRecord[]>;
  refusals(): Promise<readonly Refusal[]>;

  close(): Promise<void>;
}

export type NewDelivery = Omit<Delivery, 'event'>;

export type Added =
  | { readonly kind: 'new'; readonly id: string }
  /** Known already, as the event of this id. */
  | { readonly kind: 'duplicate'; readonly id: string };

export interface Blocked {
  readonly delivery: Delivery;
  /** The delivery that it waits for. */
  readonly by: string;
}

export interface Saved {
  /** Said on the timeline; without it nothing is added there. */
  readonly say?: string;
  readonly atMs: number;
  readonly reports?: readonly ReportForm[];
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
