import type { GeneratedAlways } from 'kysely';

/** The tables as they lie in the database: JSON is text, yes and no are 1 and 0. */
export interface Tables {
  readonly events: {
    readonly id: string;
    readonly identity: string;
    /** The time that every telling of it names; 0 where there is none. */
    readonly told_at_ms: number;
    readonly source: string;
    readonly type: string;
    readonly model: string;
    readonly version: string;
    readonly occurred_at_ms: number;
    readonly received_at_ms: number;
    readonly recovered: number;
    readonly fields: string;
  };
  readonly deliveries: HeldRow;
  readonly transitions: {
    readonly id: GeneratedAlways<number>;
    readonly delivery: string;
    readonly at_ms: number;
    readonly phase: string;
    readonly reason: string;
  };
  readonly reports: {
    readonly delivery: string;
    readonly form: string;
    readonly state: string;
    readonly tries: number;
    readonly due_at_ms: number;
    readonly at_ms: number;
    readonly reason: string;
  };
  readonly refusals: {
    readonly source: string;
    readonly reason: string;
    readonly count: number;
    readonly last_at_ms: number;
  };
  readonly standings: {
    readonly source: string;
    readonly model: string;
    readonly version: string;
    readonly stage: string;
    readonly changed_at_ms: number;
    readonly recovered: number;
  };
  readonly surveys: { readonly source: string; readonly at_ms: number };
  readonly run_claims: {
    readonly key: string;
    readonly delivery: string;
    readonly attempt: number;
    readonly run: string;
    readonly at_ms: number;
  };
  readonly attempts: {
    readonly delivery: string;
    readonly attempt: number;
    readonly key: string;
    readonly target: string;
    readonly request: string;
    readonly run: string | null;
    readonly verdict: string;
    readonly reason: string;
    readonly ended_at_ms: number;
  };
  readonly targets: {
    readonly name: string;
    readonly starts_left: number;
    readonly starts_left_at_ms: number;
    readonly failures: number;
    readonly openings: number;
    readonly probe_at_ms: number;
    readonly open_since_ms: number;
    readonly reason: string;
  };
}

/** A delivery with whose hands it is in, and what people asked of it. */
export interface HeldRow extends DeliveryRow {
  readonly owner: string | null;
  readonly epoch: number;
  readonly leased_until_ms: number;
  readonly cancel: string | null;
  readonly cancel_due_ms: number | null;
  readonly dismissed: string | null;
  /** Set while it may be claimed to start: lower ones go first. */
  readonly turn: number | null;
}

export interface DeliveryRow {
  readonly id: string;
  readonly event: string;
  readonly rule: string;
  readonly target: string;
  readonly phase: string;
  readonly attempt: number;
  readonly key: string;
  readonly request: string;
  readonly lane: string;
  readonly one_at_a_time: string | null;
  readonly when_busy: string;
  readonly requirement: string | null;
  readonly reports: string;
  readonly tries: number;
  readonly intended_at_ms: number | null;
  readonly since_ms: number;
  readonly due_at_ms: number;
  readonly created_at_ms: number;
  readonly run: string | null;
  /** The run's id once more, to be found by. */
  readonly run_id: string | null;
  readonly seen: string | null;
  readonly seen_at_ms: number | null;
  readonly verdict: string | null;
  readonly reason: string;
}
