import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { inputOf, listOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import {
  checkReceiver,
  HttpUrlSpec,
  refuseJobSpec,
  WebhookEvent,
  WebhookStatus,
  webhookJson,
  webhookWith,
} from './webhook.ts';

const UpdateWebhook = z.looseObject({
  id: z.string(),
  events: listOf(WebhookEvent).optional(),
  description: z.string().optional(),
  status: WebhookStatus.optional(),
  http_url_spec: HttpUrlSpec.optional(),
  job_spec: z.unknown().optional(),
});

export const updateWebhook: Action<Workspace> = {
  method: 'PATCH',
  path: '/api/2.0/mlflow/registry-webhooks/update',
  source:
    'databricks-sdk-py service/ml.py, update_webhook; a model_name cannot be changed (Terraform)',
  handle: signedIn(async (call) => {
    const order = await inputOf(call, UpdateWebhook);
    const webhook = webhookWith(call.state, order.id);
    refuseJobSpec(order.job_spec);
    const { events, description, status, http_url_spec: http } = order;
    if (http) checkReceiver(call.state, http);
    webhook.events = events ?? webhook.events;
    webhook.description = description ?? webhook.description;
    webhook.status = status ?? webhook.status;
    webhook.http = http ?? webhook.http;
    webhook.updatedMs = call.now();
    return Response.json({ webhook: webhookJson(webhook) });
  }),
};
