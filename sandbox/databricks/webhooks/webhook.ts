import { z } from 'zod';

import { doesNotExist, invalidParameter } from '../api-error.ts';
import type { Workspace } from '../workspace.ts';

/** Source: databricks-sdk-py service/ml.py, RegistryWebhookEvent. */
export const WebhookEvent = z.enum([
  'MODEL_VERSION_CREATED',
  'MODEL_VERSION_TRANSITIONED_STAGE',
  'TRANSITION_REQUEST_CREATED',
  'COMMENT_CREATED',
  'REGISTERED_MODEL_CREATED',
  'MODEL_VERSION_TAG_SET',
  'MODEL_VERSION_TRANSITIONED_TO_STAGING',
  'MODEL_VERSION_TRANSITIONED_TO_PRODUCTION',
  'MODEL_VERSION_TRANSITIONED_TO_ARCHIVED',
  'TRANSITION_REQUEST_TO_STAGING_CREATED',
  'TRANSITION_REQUEST_TO_PRODUCTION_CREATED',
  'TRANSITION_REQUEST_TO_ARCHIVED_CREATED',
]);
export type WebhookEvent = z.infer<typeof WebhookEvent>;

export const WebhookStatus = z.enum(['ACTIVE', 'DISABLED', 'TEST_MODE']);

export const HttpUrlSpec = z.object({
  url: z.string(),
  secret: z.string().optional(),
  authorization: z.string().optional(),
  enable_ssl_verification: z.boolean().default(true),
});
export type HttpUrlSpec = z.infer<typeof HttpUrlSpec>;

/** A webhook of the registry; without a model it hears of all of them. */
export interface Webhook {
  readonly id: string;
  readonly model: string | null;
  readonly createdMs: number;
  updatedMs: number;
  events: readonly WebhookEvent[];
  description: string | undefined;
  status: z.infer<typeof WebhookStatus>;
  http: HttpUrlSpec;
}

/** The text is ours: the vendor's is not known. */
export function webhookWith({ webhooks }: Workspace, id: string): Webhook {
  const webhook = webhooks.get(id);
  if (!webhook) throw doesNotExist(`RegistryWebhook with id '${id}' does not exist`);
  return webhook;
}

/** Without the secret and the authorization: they are never given back. */
export function webhookJson(webhook: Webhook) {
  const { url, enable_ssl_verification } = webhook.http;
  return {
    id: webhook.id,
    ...(webhook.model !== null && { model_name: webhook.model }),
    events: webhook.events,
    ...(webhook.description !== undefined && { description: webhook.description }),
    status: webhook.status,
    creation_timestamp: webhook.createdMs,
    last_updated_timestamp: webhook.updatedMs,
    http_url_spec: { url, enable_ssl_verification },
  };
}

/**
 * Plain http is let through to this machine alone: the receiver under development listens there,
 * where the real Databricks could never reach it.
 */
const PLAIN_HTTP_HOSTS: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Source: docs.databricks.com/mlflow/model-registry-webhooks (https only); the text is ours.
 * @throws {ApiError} 400, no webhook could be sent there
 */
export function checkUrl(text: string): void {
  const url = URL.parse(text);
  if (url?.protocol === 'https:') return;
  if (url?.protocol === 'http:' && PLAIN_HTTP_HOSTS.includes(url.hostname)) return;
  throw invalidParameter(`Webhook URL must be an https URL: ${text}`);
}
