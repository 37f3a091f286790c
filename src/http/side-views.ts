/** A source, as the API shows it. */
export interface SourceView {
  readonly name: string;
  /** `databricks-registry`, `manual` … */
  readonly type: string;
  /** Up to when nothing is missing, by the last comparison; null: never compared. */
  readonly complete_until: string | null;
  readonly refusals: readonly {
    readonly reason: string;
    readonly count: number;
    readonly last_at: string;
  }[];
}

/** A target, as the API shows it. */
export interface TargetView {
  readonly name: string;
  /** How many runs are under way there, whoever started them. */
  readonly under_way: number;
  /** Null: no limit. */
  readonly limits: {
    readonly concurrent: number | null;
    readonly starts_per_minute: number | null;
  };
  /** Why nothing is started there just now; null: something is. */
  readonly waits: string | null;
  /** Calls failed in a row, and the last error; null: the last one was answered. */
  readonly failing: {
    readonly failures: number;
    readonly reason: string;
    /** Null as long as it is called all the same. */
    readonly left_alone_since: string | null;
    readonly tried_again_at: string | null;
  } | null;
}
