import { z } from 'zod';

import type { Action } from '../../kit/action.ts';
import { invalidParameter } from '../api-error.ts';
import { signedIn } from '../authentication.ts';
import { inputOf } from '../input.ts';
import type { Workspace } from '../workspace.ts';
import { deliver } from './deliver.ts';
import { payload } from './publish.ts';
import { WebhookEvent, webhookFor } from './webhook.ts';

const TestWebhook = z.looseObject({ id: z.string(), event: WebhookEvent.optional() });

/**
 * Sends a sample, whatever the status of the webhook, and tells what the receiver said. Without an
 * answer the status is 0: UNVERIFIED, as is the sample itself.
 */
export const testWebhook: Action<Workspace> = {
  method: 'POST',
  path: '/api/2.0/mlflow/registry-webhooks/test',
  source: 'databricks-sdk-py service/ml.py, test_webhook: the flat reply, since 2025-07-09',
  handle: signedIn(async (call, principal) => {
    const { id, event } = await inputOf(call, TestWebhook);
    const webhook = webhookFor(call.state, principal, id);
    const chosen = event ?? webhook.events[0];
    if (!chosen || !webhook.events.includes(chosen)) {
      throw invalidParameter(`The webhook is not subscribed to ${chosen}`);
    }
    const sample = {
      model: webhook.model ?? 'test-model',
      fields: sampleFields(chosen),
      text: `Test of webhook ${webhook.id} for ${chosen}.`,
    };
    const body = payload(webhook, chosen, sample, call.now());
    try {
      const reply = await deliver(call.state, webhook.target, body);
      return Response.json({ status_code: reply.status, body: reply.body });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return Response.json({ status_code: 0, body: message });
    }
  }),
};

function sampleFields(event: WebhookEvent): Record<string, unknown> {
  if (event === 'REGISTERED_MODEL_CREATED') return {};
  if (event === 'MODEL_VERSION_TAG_SET') {
    return { version: '1', tags: [{ key: 'test', value: 'true' }] };
  }
  if (event === 'COMMENT_CREATED') return { version: '1', comment: 'test' };
  if (event.startsWith('TRANSITION_REQUEST')) return { version: '1', to_stage: 'Staging' };
  if (event === 'MODEL_VERSION_CREATED') return { version: '1' };
  return { version: '1', to_stage: 'Staging', from_stage: 'None' };
}
