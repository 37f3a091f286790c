import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { signedIn } from '../authentication.ts';
import { Int, inputOf, listOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { mayManage, WebhookEvent, webhookJson } from './webhook.ts';

const ListWebhooks = z.looseObject({
  model_name: z.string().optional(),
  events: listOf(WebhookEvent).default([]),
  max_results: Int.default(1000),
  page_token: z.string().optional(),
});

export const listWebhooks: Action<Workspace> = {
  method: 'GET',
  path: '/api/2.0/mlflow/registry-webhooks/list',
  source: 'databricks-sdk-py service/ml.py, list_webhooks; any of the events matches',
  handle: signedIn(async (call, principal) => {
    const { model_name, events, max_results, page_token } = await inputOf(call, ListWebhooks);
    const matching = [...call.state.webhooks.values()]
      .filter((one) => mayManage(call.state, principal, one))
      .filter((one) => !model_name || one.model === model_name)
      .filter((one) => events.length === 0 || events.some((event) => one.events.includes(event)));
    const from = Number(page_token ?? 0) || 0;
    const webhooks = matching.slice(from, from + max_results).map(webhookJson);
    const more = from + max_results < matching.length;
    return Response.json({
      webhooks,
      ...(more && { next_page_token: String(from + max_results) }),
    });
  }),
};
