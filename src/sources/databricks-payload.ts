import { z } from 'zod';

import type { EventType } from '../model/event.ts';

/** Texts that people wrote: what is longer is cut, because it decides nothing. */
const Prose = z
  .string()
  .nullish()
  .transform((text) => (text ?? '').slice(0, 4000).toWellFormed());

/** Parts of an event's identity: refused rather than cut, and without the sign between them. */
const Name = z
  .string()
  .min(1)
  .max(256)
  .transform((text) => text.toWellFormed());
const Stage = z.string().regex(/^[\w .-]{1,64}$/);
const Version = z
  .union([z.string(), z.int().nonnegative().transform(String)])
  .pipe(z.string().regex(/^[\w.-]{1,64}$/));

const LAST_TIME_MS = 8.64e15; // that a date can name

/** What every call must have, whatever it is about. */
export const Told = z.object({ event: z.string().min(1).max(100) });

/**
 * What a registry webhook brings. Three of the twelve shapes are documented, so that no more is
 * required here than all of them must have.
 * Source: docs.databricks.com/mlflow/model-registry-webhooks
 */
export const Payload = Told.extend({
  webhook_id: z.string().min(1).max(128),
  event_timestamp: z.int().positive().max(LAST_TIME_MS),
  model_name: Name,
  version: Version.nullish(),
  to_stage: Stage.nullish(),
  from_stage: Stage.nullish(),
  run_id: z.string().max(128).nullish(),
  comment: Prose,
  text: Prose,
  tags: z.array(z.object({ key: z.string(), value: z.string().nullish() })).nullish(),
});
export type Payload = z.infer<typeof Payload>;

/** What an event of theirs is in our words. */
export interface Meaning {
  readonly type: EventType;
  /** Where the event's name says it. */
  readonly stage: string | null;
}

/** Source: `RegistryWebhookEvent` in databricks-sdk-py `databricks/sdk/service/ml.py` */
const meanings: ReadonlyMap<string, Meaning> = new Map([
  ['REGISTERED_MODEL_CREATED', { type: 'model.created', stage: null }],
  ['MODEL_VERSION_CREATED', { type: 'model_version.created', stage: null }],
  ['MODEL_VERSION_TAG_SET', { type: 'model_version.tag_set', stage: null }],
  ['COMMENT_CREATED', { type: 'model_version.commented', stage: null }],
  ['MODEL_VERSION_TRANSITIONED_STAGE', changed(null)],
  ['MODEL_VERSION_TRANSITIONED_TO_STAGING', changed('Staging')],
  ['MODEL_VERSION_TRANSITIONED_TO_PRODUCTION', changed('Production')],
  ['MODEL_VERSION_TRANSITIONED_TO_ARCHIVED', changed('Archived')],
  ['TRANSITION_REQUEST_CREATED', requested(null)],
  ['TRANSITION_REQUEST_TO_STAGING_CREATED', requested('Staging')],
  ['TRANSITION_REQUEST_TO_PRODUCTION_CREATED', requested('Production')],
  ['TRANSITION_REQUEST_TO_ARCHIVED_CREATED', requested('Archived')],
]);

function changed(stage: string | null): Meaning {
  return { type: 'model_version.stage_changed', stage };
}

function requested(stage: string | null): Meaning {
  return { type: 'model_version.transition_requested', stage };
}

/** What the registry's name for an event means to us; undefined: nothing. */
export function meaningOf(event: string): Meaning | undefined {
  return meanings.get(event);
}
