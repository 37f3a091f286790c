/** One thing that happened to one model, model version or branch, in our words. */
export interface Event {
  /** `evt_…`, ours. */
  readonly id: string;
  /** The same for every telling of the same happening, so it doubles as the key against doubles. */
  readonly identity: string;
  /** Name of the configured source that told us. */
  readonly source: string;
  readonly type: EventType;
  /** Registered model, or '' where the happening is none of a model's. */
  readonly model: string;
  /** Registries count versions in strings: `'7'`; '' where there is none. */
  readonly version: string;
  readonly occurredAtMs: number;
  readonly receivedAtMs: number;
  /** True when no webhook told us, and the comparison with the registry found it. */
  readonly recovered: boolean;
  /** What this type of event adds, all strings: see `eventFields`. */
  readonly fields: Readonly<Record<string, string>>;
}

/** What a source says of an event; the inbox adds its id, and when it came. */
export type NewEvent = Omit<Event, 'id' | 'receivedAtMs'>;

/**
 * The fields that each type of event adds. A rule may use those of its types and no other: the
 * configuration is checked against this table when it is loaded.
 */
export const eventFields = {
  'model.created': ['text', 'webhook_id'],
  'model_version.created': ['text', 'webhook_id', 'run_id'],
  'model_version.stage_changed': ['from_stage', 'to_stage', 'text', 'webhook_id'],
  'model_version.tag_set': ['tags', 'text', 'webhook_id'],
  'model_version.commented': ['comment', 'text', 'webhook_id'],
  'model_version.transition_requested': ['to_stage', 'comment', 'text', 'webhook_id'],
  'manual.requested': ['name', 'branch', 'requested_by', 'text'],
} as const satisfies Record<string, readonly string[]>;

export type EventType = keyof typeof eventFields;

/** Tells an event type of ours from any other text. */
export function isEventType(text: string): text is EventType {
  return Object.hasOwn(eventFields, text);
}
