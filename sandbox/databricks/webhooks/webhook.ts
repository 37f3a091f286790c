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
const PLAIN_HTTP_HOSTS = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Looks at a receiver, and keeps its secrets out of the journal.
 *
 * Source: docs.databricks.com/mlflow/model-registry-webhooks (https only); the text is ours.
 * @throws {ApiError} 400, no webhook could be sent there
 */
export function checkReceiver({ tools }: Workspace, { url, secret, authorization }: HttpUrlSpec) {
  for (const value of [secret, authorization]) {
    if (value) tools.hidden.add(value);
  }
  const parsed = URL.parse(url);
  if (parsed?.protocol === 'https:') return;
  if (parsed?.protocol === 'http:' && PLAIN_HTTP_HOSTS.has(parsed.hostname)) return;
  throw invalidParameter(`Webhook URL must be an https URL: ${url}`);
}

/** @throws {ApiError} 400, the webhook would start a job instead of sending a request */
export function refuseJobSpec(jobSpec: unknown): void {
  if (jobSpec === undefined) return;
  throw invalidParameter('The sandbox sends no job webhooks (job_spec): use http_url_spec');
}
