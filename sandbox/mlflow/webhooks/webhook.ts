import { doesNotExist, invalidParameter, MlflowError } from '../mlflow-error.ts';
import { pythonRepr } from '../python-repr.ts';
import type { Mlflow } from '../state.ts';
import { type Event, eventJson } from './event.ts';
import { checkReceiver } from './receiver.ts';

/** Source: mlflow/mlflow mlflow/protos/webhooks.proto, WebhookStatus. */
export const WEBHOOK_STATUS = { ACTIVE: 1, DISABLED: 2 } as const;

/** A webhook as it is at one moment: whoever changes it puts another in its place. */
export interface Webhook {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  /** In the order of the alphabet, whichever they were given in. */
  readonly events: readonly Event[];
  readonly description: string;
  readonly status: keyof typeof WEBHOOK_STATUS;
  /** Empty: deliveries are not signed. */
  readonly secret: string;
  readonly createdMs: number;
  readonly updatedMs: number;
}

/** @throws {MlflowError} 404 */
export function webhookWith({ webhooks }: Mlflow, id: string): Webhook {
  const webhook = webhooks.get(id);
  if (!webhook) throw doesNotExist(`Webhook with ID ${id} not found.`);
  return webhook;
}

/**
 * Puts a new or changed webhook in its place, if MLflow would have it.
 *
 * Source: mlflow/mlflow mlflow/utils/validation.py; recorded from MLflow 3.17.2.
 * @throws {MlflowError} 400
 */
export function putWebhook({ webhooks, config, tools }: Mlflow, webhook: Webhook): Webhook {
  checkName(webhook.name);
  checkReceiver(config, webhook.url);
  if (webhook.events.length === 0) {
    throw invalidParameter('Webhook events must be a non-empty list of WebhookEvent objects: [].');
  }
  if (new Set(webhook.events).size < webhook.events.length) {
    // What follows in MLflow's text is the statement that its database refused.
    throw new MlflowError(
      'BAD_REQUEST',
      '(sqlite3.IntegrityError) UNIQUE constraint failed: webhook_events.webhook_id, ' +
        'webhook_events.entity, webhook_events.action',
    );
  }
  if (webhook.secret !== '') tools.hidden.add(webhook.secret);
  const sorted = { ...webhook, events: webhook.events.toSorted() };
  webhooks.set(webhook.id, sorted);
  return sorted;
}

function checkName(name: string): void {
  if (/^(?=.{1,63}$)[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/iu.test(name)) return;
  throw invalidParameter(
    `Webhook name ${pythonRepr(name)} is invalid. It must start and end with a letter or digit, be ` +
      'less than 63 characters long, and contain only letters, digits, dots (.), underscores (_), and ' +
      'hyphens (-).',
  );
}

/** Without the secret: it is never given back. */
export function webhookJson(webhook: Webhook) {
  return {
    webhook_id: webhook.id,
    name: webhook.name,
    description: webhook.description || undefined,
    url: webhook.url,
    events: webhook.events.map(eventJson),
    status: webhook.status,
    creation_timestamp: webhook.createdMs,
    last_updated_timestamp: webhook.updatedMs,
  };
}
