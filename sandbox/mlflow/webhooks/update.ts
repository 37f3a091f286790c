import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { listOf, messageOf, oneOf, Text } from '../message.ts';
import type { Mlflow } from '../state.ts';
import { EventMessage, eventIn } from './event.ts';
import { putWebhook, WEBHOOK_STATUS, webhookJson, webhookWith } from './webhook.ts';

const UpdateWebhook = {
  name: Text,
  description: Text,
  url: Text,
  events: listOf(EventMessage),
  secret: Text,
  status: oneOf(WEBHOOK_STATUS),
};

export const updateWebhook: Action<Mlflow> = {
  method: 'PATCH',
  path: '/api/2.0/mlflow/webhooks/:id',
  source:
    'recorded from MLflow 3.8.2 and 3.17.2: an empty name, address or list of events changes nothing, ' +
    'an empty description or secret takes it away (3.8: changes nothing)',
  async handle(call) {
    const order = await messageOf(call, UpdateWebhook);
    const old = webhookWith(call.state, call.params['id'] ?? '');
    const webhook = putWebhook(call.state, {
      ...old,
      name: order.name || old.name,
      url: order.url || old.url,
      events: order.events.length > 0 ? order.events.map(eventIn) : old.events,
      description: order.description ?? old.description,
      secret: order.secret ?? old.secret,
      status: order.status ?? old.status,
      updatedMs: call.now(),
    });
    return answer({ webhook: webhookJson(webhook) });
  },
};
