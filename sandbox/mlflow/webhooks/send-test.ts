import type { Action } from '../../kit/action.ts';
import { answer } from '../answer.ts';
import { messageOf, optional, unchecked } from '../message.ts';
import { pythonRepr } from '../python-repr.ts';
import type { Mlflow } from '../state.ts';
import { deliver } from './deliver.ts';
import { EventMessage, eventIn, exampleOf } from './event.ts';
import { webhookWith } from './webhook.ts';

/** The wording of an error that is caught here is Python's in form only. */
export const testWebhook: Action<Mlflow> = {
  method: 'POST',
  path: '/api/2.0/mlflow/webhooks/:id/test',
  source: 'recorded from MLflow 3.8.2 and 3.17.2: with retries, whatever the status of the webhook',
  async handle(call) {
    const order = await messageOf(call, { event: unchecked(optional(EventMessage)) });
    const asked = order.event && eventIn(order.event);
    const webhook = webhookWith(call.state, call.params['id'] ?? '');
    const event = asked ?? webhook.events[0] ?? 'model_version.created';
    try {
      const { status, body } = await deliver(call.state, webhook, event, exampleOf(event));
      return answer({
        result: { success: status < 400, response_status: status, response_body: body },
      });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const error_message = `Failed to test webhook: ConnectionError(${pythonRepr(message)})`;
      return answer({ result: { success: false, error_message } });
    }
  },
};
