import { randomUUID } from 'node:crypto';

import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { invalidParameter } from '../api-error.ts';
import { signedIn } from '../authentication.ts';
import { inputOf, listOf } from '../input.ts';
import { modelNamed } from '../registry/model.ts';
import type { Workspace } from '../workspace.ts';
import {
  checkReceiver,
  HttpUrlSpec,
  refuseJobSpec,
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
  job_spec: z.unknown().optional(),
});

export const createWebhook: Action<Workspace> = {
  method: 'POST',
  path: '/api/2.0/mlflow/registry-webhooks/create',
  source: 'databricks-sdk-py service/ml.py, create_webhook; the texts are ours',
  handle: signedIn(async (call) => {
    const order = await inputOf(call, CreateWebhook);
    const { events, model_name: model, http_url_spec: http } = order;
    refuseJobSpec(order.job_spec);
    if (!http) throw invalidParameter('Exactly one of http_url_spec and job_spec is needed');
    if (events.length === 0) throw invalidParameter('events must not be empty');
    if (model && events.includes('REGISTERED_MODEL_CREATED')) {
      throw invalidParameter('REGISTERED_MODEL_CREATED is for webhooks without a model_name');
    }
    checkReceiver(call.state, http);
    if (model) modelNamed(call.state, model);
    const webhook: Webhook = {
      id: randomUUID().replaceAll('-', ''),
      model: model || null,
      createdMs: call.now(),
      updatedMs: call.now(),
      events,
      description: order.description,
      status: order.status,
      http,
    };
    call.state.webhooks.set(webhook.id, webhook);
    return Response.json({ webhook: webhookJson(webhook) });
  }),
};
