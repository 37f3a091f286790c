import { z } from 'zod';

import { ApiError, doesNotExist, invalidParameter } from '../api-error.ts';
import { whose } from '../authentication.ts';
import { Int } from '../input.ts';
import { jobFor } from '../jobs/job.ts';
import { isAdmin } from '../permissions/grant.ts';
import { mayUseModel } from '../permissions/model-access.ts';
import type { Principal } from '../principal.ts';
import { modelFor } from '../registry/model.ts';
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

/** A job of this workspace, started with somebody's token. */
export const JobSpec = z.object({
  job_id: Int,
  access_token: z.string().min(1),
  workspace_url: z.string().optional(),
});
export type JobSpec = z.infer<typeof JobSpec>;

/** Where it sends to: a receiver of requests, or a job that is started. */
export type Target =
  | { readonly kind: 'http'; readonly spec: HttpUrlSpec }
  | { readonly kind: 'job'; readonly spec: JobSpec };

/** A webhook of the registry; without a model it hears of all of them. */
export interface Webhook {
  readonly id: string;
  model: string | null;
  readonly createdMs: number;
  updatedMs: number;
  events: readonly WebhookEvent[];
  description: string | undefined;
  status: z.infer<typeof WebhookStatus>;
  target: Target;
}

/**
 * The webhook with this id, for somebody who may change it. The text is ours: the vendor's is not known.
 *
 * @throws {ApiError} 404 or 403
 */
export function webhookFor(workspace: Workspace, principal: Principal, id: string): Webhook {
  const webhook = workspace.webhooks.get(id);
  if (!webhook) throw doesNotExist(`RegistryWebhook with id '${id}' does not exist`);
  checkWebhookAccess(workspace, principal, webhook.model);
  return webhook;
}

/**
 * Webhooks are managed by who manages the model, those of all models by administrators.
 *
 * Source: docs.databricks.com/mlflow/model-registry-webhooks; the text is ours.
 * @throws {ApiError} 403 or 404
 */
export function checkWebhookAccess(
  workspace: Workspace,
  principal: Principal,
  model: string | null,
): void {
  if (model !== null) {
    modelFor(workspace, principal, { name: model, needed: 'CAN_MANAGE' });
    return;
  }
  if (isAdmin(workspace, principal)) return;
  const message = `User ${principal.name} is not an administrator of the workspace`;
  throw new ApiError(403, 'PERMISSION_DENIED', message);
}

export function mayManage(workspace: Workspace, principal: Principal, webhook: Webhook): boolean {
  const model = webhook.model === null ? undefined : workspace.models.get(webhook.model);
  if (!model) return isAdmin(workspace, principal);
  return mayUseModel(workspace, principal, model, 'CAN_MANAGE');
}

/** Without the secret, the authorization and the token: they are never given back. */
export function webhookJson(webhook: Webhook) {
  return {
    id: webhook.id,
    ...(webhook.model !== null && { model_name: webhook.model }),
    events: webhook.events,
    ...(webhook.description !== undefined && { description: webhook.description }),
    status: webhook.status,
    creation_timestamp: webhook.createdMs,
    last_updated_timestamp: webhook.updatedMs,
    ...targetJson(webhook.target),
  };
}

function targetJson(target: Target) {
  if (target.kind === 'http') {
    const { url, enable_ssl_verification } = target.spec;
    return { http_url_spec: { url, enable_ssl_verification } };
  }
  const { job_id, workspace_url } = target.spec;
  return {
    job_spec: { job_id: String(job_id), ...(workspace_url !== undefined && { workspace_url }) },
  };
}

/**
 * What a webhook is to send to; null: nothing was said.
 *
 * @throws {ApiError} 400, both were said, or nothing could be sent there
 */
export async function targetOf(
  workspace: Workspace,
  given: {
    readonly http_url_spec?: HttpUrlSpec | undefined;
    readonly job_spec?: JobSpec | undefined;
  },
): Promise<Target | null> {
  const { http_url_spec: http, job_spec: job } = given;
  if (http && job) throw invalidParameter(EXACTLY_ONE);
  if (http) {
    checkReceiver(workspace, http);
    return { kind: 'http', spec: http };
  }
  if (!job) return null;
  await checkJob(workspace, job);
  return { kind: 'job', spec: job };
}

export const EXACTLY_ONE = 'Exactly one of http_url_spec and job_spec is needed';

/** The texts are ours. */
async function checkJob(workspace: Workspace, spec: JobSpec): Promise<void> {
  const { access_token: token, workspace_url: url, job_id: jobId } = spec;
  workspace.tools.hidden.add(token);
  const host = url === undefined ? workspace.config.host : URL.parse(url)?.hostname;
  if (host !== workspace.config.host) {
    throw invalidParameter(
      `The sandbox has no other workspace than https://${workspace.config.host}`,
    );
  }
  const principal = await whose(workspace, token);
  if (!principal) throw invalidParameter('The access_token of job_spec is not valid');
  jobFor(workspace, principal, { jobId, needed: 'CAN_MANAGE_RUN' });
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
function checkReceiver({ tools }: Workspace, { url, secret, authorization }: HttpUrlSpec) {
  for (const value of [secret, authorization]) {
    if (value) tools.hidden.add(value);
  }
  const parsed = URL.parse(url);
  if (parsed?.protocol === 'https:') return;
  if (parsed?.protocol === 'http:' && PLAIN_HTTP_HOSTS.has(parsed.hostname)) return;
  throw invalidParameter(`Webhook URL must be an https URL: ${url}`);
}
