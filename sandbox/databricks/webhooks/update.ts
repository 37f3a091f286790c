import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf, listOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import {
  HttpUrlSpec,
  JobSpec,
  targetOf,
  WebhookEvent,
  WebhookStatus,
  webhookFor,
  webhookJson,
} from './webhook.ts';

const UpdateWebhook = z.looseObject({
  id: z.string(),
  events: listOf(WebhookEvent).optional(),
  description: z.string().optional(),
  status: WebhookStatus.optional(),
  http_url_spec: HttpUrlSpec.optional(),
  job_spec: JobSpec.optional(),
});

export const updateWebhook: Action<Workspace> = {
  method: 'PATCH',
  path: '/api/2.0/mlflow/registry-webhooks/update',
  source:
    'databricks-sdk-py service/ml.py, update_webhook; a model_name cannot be changed (Terraform)',
  handle: signedIn(async (call, principal) => {
    const order = await inputOf(call, UpdateWebhook);
    const webhook = webhookFor(call.state, principal, order.id);
    const { events, description, status } = order;
    const target = await targetOf(call.state, order);
    webhook.events = events ?? webhook.events;
    webhook.description = description ?? webhook.description;
    webhook.status = status ?? webhook.status;
    webhook.target = target ?? webhook.target;
    webhook.updatedMs = call.now();
    return Response.json({ webhook: webhookJson(webhook) });
  }),
};
