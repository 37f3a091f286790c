import { inBackground, type Workspace } from '../workspace.ts';
import { deliver } from './deliver.ts';
import type { Webhook, WebhookEvent } from './webhook.ts';

/** Something that happened in the registry, under its general and its special name. */
export interface Happening {
  readonly events: readonly WebhookEvent[];
  readonly model: string;
  /** What the payload holds between `model_name` and `text`. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/**
 * Sends a happening to every webhook that asked for it. One that asked for both names gets both: the
 * vendor's documents do not say.
 *
 * Source: docs.databricks.com/mlflow/model-registry-webhooks (ACTIVE alone fires; order of the keys).
 */
export function publish(workspace: Workspace, happening: Happening): void {
  const atMs = workspace.tools.clock.now();
  for (const webhook of workspace.webhooks.values()) {
    if (webhook.status !== 'ACTIVE' || !hears(webhook, happening)) continue;
    for (const event of happening.events) {
      if (!webhook.events.includes(event)) continue;
      const body = payload(webhook, event, happening, atMs);
      inBackground(workspace, forget(deliver(workspace, webhook.target, body)));
    }
  }
}

/**
 * `{ "event": "MODEL_VERSION_TRANSITIONED_STAGE", "webhook_id": "c559…", "event_timestamp": 1767225600123,
 * "model_name": "churn-model", "version": "7", "to_stage": "Production", "from_stage": "Staging", "text": "…" }`
 */
export function payload(
  webhook: Webhook,
  event: WebhookEvent,
  { model, fields, text }: Omit<Happening, 'events'>,
  atMs: number,
): string {
  return JSON.stringify({
    event,
    webhook_id: webhook.id,
    event_timestamp: atMs,
    model_name: model,
    ...fields,
    text,
  });
}

function hears(webhook: Webhook, { model, events }: Happening): boolean {
  if (webhook.model === null) return true;
  // A new model cannot have webhooks of its own yet.
  return webhook.model === model && !events.includes('REGISTERED_MODEL_CREATED');
}

async function forget(sending: Promise<unknown>): Promise<void> {
  await sending.catch(() => undefined);
}
