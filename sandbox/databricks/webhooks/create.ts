import { randomUUID } from 'node:crypto';

import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { invalidParameter } from '../api-error.ts';
import { signedIn } from '../authentication.ts';
import { inputOf, listOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import {
  checkWebhookAccess,
  EXACTLY_ONE,
  HttpUrlSpec,
  JobSpec,
  targetOf,
  type Webhook,
  WebhookEvent,
  WebhookStatus,
  webhookJson,
} from './webhook.ts';

const CreateWebhook = z.looseObject({
  events: listOf(WebhookEvent),
  model_name: z.string().optional(),
  description: z.string().optional(),
  status: WebhookStatus.default('ACTIVE'),
  http_url_spec: HttpUrlSpec.optional(),
  job_spec: JobSpec.optional(),
});

export const createWebhook: Action<Workspace> = {
  method: 'POST',
  path: '/api/2.0/mlflow/registry-webhooks/create',
  source: 'databricks-sdk-py service/ml.py, create_webhook; the texts are ours',
  handle: signedIn(async (call, principal) => {
    const order = await inputOf(call, CreateWebhook);
    const { events, model_name: model } = order;
    if (events.length === 0) throw invalidParameter('events must not be empty');
    if (model && events.includes('REGISTERED_MODEL_CREATED')) {
      throw invalidParameter('REGISTERED_MODEL_CREATED is for webhooks without a model_name');
    }
    checkWebhookAccess(call.state, principal, model || null);
    const target = await targetOf(call.state, order);
    if (!target) throw invalidParameter(EXACTLY_ONE);
    const webhook: Webhook = {
      id: randomUUID().replaceAll('-', ''),
      model: model || null,
      createdMs: call.now(),
      updatedMs: call.now(),
      events,
      description: order.description,
      status: order.status,
      target,
    };
    call.state.webhooks.set(webhook.id, webhook);
    return Response.json({ webhook: webhookJson(webhook) });
  }),
};
