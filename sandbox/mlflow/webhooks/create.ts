import { randomUUID } from 'node:crypto';

import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { listOf, messageOf, need, oneOf, Text } from '../message.ts';
import type { Mlflow } from '../state.ts';
import { EventMessage, eventIn } from './event.ts';
import { putWebhook, WEBHOOK_STATUS, webhookJson } from './webhook.ts';

const CreateWebhook = {
  name: need(Text),
  url: need(Text),
  events: need(listOf(EventMessage)),
  description: Text,
  secret: Text,
  status: oneOf(WEBHOOK_STATUS),
};

export const createWebhook: Action<Mlflow> = {
  method: 'POST',
  path: '/api/2.0/mlflow/webhooks',
  source: 'recorded from MLflow 3.8.2 and 3.17.2: a status it does not know is ACTIVE',
  async handle(call) {
    const order = await messageOf(call, CreateWebhook);
    const webhook = putWebhook(call.state, {
      id: randomUUID(),
      name: order.name,
      url: order.url,
      events: order.events.map(eventIn),
      description: order.description ?? '',
      status: order.status ?? 'ACTIVE',
      secret: order.secret ?? '',
      createdMs: call.now(),
      updatedMs: call.now(),
    });
    return answer({ webhook: webhookJson(webhook) });
  },
};
